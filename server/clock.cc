#include "server/clock.h"

#include <time.h>

#include <chrono>

namespace billing::server {

int64_t SystemClock::WallUs() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int64_t SystemClock::SteadyUs() const {
  timespec now{};
  // Fails only for clocks that the kernel does not have.
  clock_gettime(CLOCK_BOOTTIME, &now);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace billing::server
