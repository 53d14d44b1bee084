// Latencies, counted in buckets: so many values of any range in a fixed space, and every
// value that comes out is within 1 % of one that went in. (The idea is HdrHistogram's:
// linear buckets within powers of two.)
#ifndef BILLING_TOOLS_BENCH_HISTOGRAM_H_
#define BILLING_TOOLS_BENCH_HISTOGRAM_H_

#include <cstdint>
#include <vector>

namespace billing::bench {

class Histogram {
 public:
  // What is larger is counted as this: 2^42 - 1 ns, 73 minutes.
  static constexpr int64_t kLargest = (int64_t{1} << 42) - 1;

  Histogram();

  // Nanoseconds, or any other unit. Less than 0 counts as 0.
  void Record(int64_t value);
  void Add(const Histogram& other);

  uint64_t count() const { return count_; }
  // The largest recorded, exactly; 0 when empty.
  int64_t max() const { return max_; }
  // The smallest value that at least this share of the values does not exceed, within
  // 1 %; 0 when empty. 0 < share <= 1.
  int64_t ValueAt(double share) const;

 private:
  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  int64_t max_ = 0;
};

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_HISTOGRAM_H_
