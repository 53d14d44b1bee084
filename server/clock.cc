#include "server/clock.h"

#include <chrono>

namespace billing::server {
namespace {

template <class C>
int64_t MicrosecondsOf() {
  return std::chrono::duration_cast<std::chrono::microseconds>(C::now().time_since_epoch()).count();
}

}  // namespace

int64_t SystemClock::WallUs() const { return MicrosecondsOf<std::chrono::system_clock>(); }

int64_t SystemClock::SteadyUs() const { return MicrosecondsOf<std::chrono::steady_clock>(); }

}  // namespace billing::server
