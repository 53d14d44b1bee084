#include "server/engine/time_keeper.h"

#include <algorithm>

namespace billing::server {

TimeKeeper::TimeKeeper(const Clock& clock, int64_t last_commit_us)
    : clock_(clock), offset_us_(clock.WallUs() - clock.SteadyUs()), last_us_(last_commit_us) {}

bool TimeKeeper::Suspect(int64_t wall_us) const {
  return wall_us - clock_.SteadyUs() - offset_us_ > kClockAheadMaxUs;
}

int64_t TimeKeeper::Raise(int64_t us) {
  int64_t last_us = last_us_.load();
  while (last_us < us && !last_us_.compare_exchange_weak(last_us, us)) {
  }
  return std::max(last_us, us);
}

std::optional<kernel::Instant> TimeKeeper::Stamp() {
  const int64_t wall_us = clock_.WallUs();
  if (Suspect(wall_us)) return std::nullopt;
  return kernel::Instant{Raise(wall_us)};
}

std::optional<kernel::Instant> TimeKeeper::StampUnheld() {
  // Read before the clock: another thread's later stamp must not look like a held time.
  const int64_t last_us = last_us_.load();
  const int64_t wall_us = clock_.WallUs();
  if (Suspect(wall_us) || wall_us < last_us) return std::nullopt;
  Raise(wall_us);
  return kernel::Instant{wall_us};
}

kernel::Instant TimeKeeper::Now() const {
  const int64_t last_us = last_us_.load();
  const int64_t wall_us = clock_.WallUs();
  const int64_t now_us = Suspect(wall_us) ? clock_.SteadyUs() + offset_us_ : wall_us;
  return {std::max(last_us, now_us)};
}

}  // namespace billing::server
