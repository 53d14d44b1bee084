// The clock that everything here is timed with.
#ifndef BILLING_TOOLS_BENCH_NOW_H_
#define BILLING_TOOLS_BENCH_NOW_H_

#include <chrono>
#include <cstdint>

namespace billing::bench {

// Of the steady clock.
inline int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_NOW_H_
