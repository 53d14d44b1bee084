#include "server/engine/time_keeper.h"

#include <algorithm>

namespace billing::server {

TimeKeeper::TimeKeeper(const Clock& clock, int64_t last_commit_us)
    : clock_(clock), offset_us_(clock.WallUs() - clock.SteadyUs()), last_us_(last_commit_us) {}

bool TimeKeeper::Suspect() const {
  return clock_.WallUs() - clock_.SteadyUs() - offset_us_ > kClockAheadMaxUs;
}

std::optional<kernel::Instant> TimeKeeper::Stamp() {
  if (Suspect()) return std::nullopt;
  const kernel::Instant now = Now();
  last_us_.store(now.us, std::memory_order_relaxed);
  return now;
}

kernel::Instant TimeKeeper::Now() const {
  const int64_t last_us = last_us_.load(std::memory_order_relaxed);
  const int64_t now_us = Suspect() ? clock_.SteadyUs() + offset_us_ : clock_.WallUs();
  return {std::max(last_us, now_us)};
}

}  // namespace billing::server
