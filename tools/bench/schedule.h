// When the calls of an open-loop run are meant to start. Decided without looking at any
// answer: a server that stalls does not slow its callers down, so what waited because of
// the stall counts from when it was meant to start (no coordinated omission).
#ifndef BILLING_TOOLS_BENCH_SCHEDULE_H_
#define BILLING_TOOLS_BENCH_SCHEDULE_H_

#include <cstdint>
#include <random>

namespace billing::bench {

// Arrivals of many callers who do not know of each other (a Poisson process).
class Schedule {
 public:
  // REQUIRES: per_second > 0.
  Schedule(double per_second, uint64_t seed) : random_(seed), gap_s_(per_second) {}

  // The next call's intended start, in nanoseconds from the start of the run. Does not
  // decrease; the same seed gives the same times.
  int64_t Next() {
    at_s_ += gap_s_(random_);
    return static_cast<int64_t>(at_s_ * 1e9);
  }

 private:
  std::mt19937_64 random_;
  std::exponential_distribution<double> gap_s_;
  double at_s_ = 0;
};

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_SCHEDULE_H_
