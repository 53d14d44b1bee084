// What the paths of calls and of the writer count with: a few relaxed atomic additions, no
// lock and no look-up. prometheus-cpp's own take a lock for each value of a histogram, so it
// makes the text only.
#ifndef BILLING_SERVER_METRICS_COUNTER_H_
#define BILLING_SERVER_METRICS_COUNTER_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace billing::server {

// Thread-safe.
class Counter {
 public:
  void Add(uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_ = 0;
};

// What a histogram holds. `buckets[i]` are the values up to the i-th bound that are above the
// one before; the last is beyond all bounds.
struct HistogramCounts {
  std::vector<uint64_t> buckets;
  uint64_t sum = 0;
};

// `kBounds`: a std::array of int64_t, ascending; a value equal to a bound is within it.
// Thread-safe.
template <const auto& kBounds>
class Histogram {
 public:
  // REQUIRES: not negative.
  void Observe(int64_t value) {
    const auto bound = std::ranges::lower_bound(kBounds, value);
    buckets_[static_cast<size_t>(bound - kBounds.begin())].Add();
    sum_.Add(static_cast<uint64_t>(value));
  }

  HistogramCounts counts() const {
    HistogramCounts counts{.sum = sum_.value()};
    for (const Counter& bucket : buckets_) counts.buckets.push_back(bucket.value());
    return counts;
  }

 private:
  std::array<Counter, kBounds.size() + 1> buckets_;
  Counter sum_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_METRICS_COUNTER_H_
