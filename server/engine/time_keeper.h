// The time of commands: never decreasing along the log, and never from a clock that has
// run away. Source: design page "The domain", Time.
#ifndef BILLING_SERVER_ENGINE_TIME_KEEPER_H_
#define BILLING_SERVER_ENGINE_TIME_KEEPER_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "aggregates/kernel/time.h"
#include "server/clock.h"

namespace billing::server {

// A clock this far behind the last record refuses the start.
inline constexpr int64_t kClockBehindMaxUs = 5 * 60 * kernel::kMicrosecondsPerSecond;
// A wall clock this far ahead of the monotonic one is suspect.
inline constexpr int64_t kClockAheadMaxUs = 60 * kernel::kMicrosecondsPerSecond;

class TimeKeeper {
 public:
  // `last_commit_us` is the commit time of the log's last command.
  TimeKeeper(const Clock& clock, int64_t last_commit_us);

  // The time of a command that is taken up now; nothing while the clock is suspect. A
  // clock that stepped back is held at the last time given. Thread-safe.
  std::optional<kernel::Instant> Stamp();

  // The time for what happens because it has come, and not because somebody asks: the
  // clock's own, never a held one. Nothing while the clock is suspect or behind the last
  // time given. Every later Stamp gives this time or more. Thread-safe.
  std::optional<kernel::Instant> StampUnheld();

  // What Stamp would give, without taking it. While the clock is suspect: what the
  // monotonic one says has passed since the server started. Thread-safe.
  kernel::Instant Now() const;

  // Whether the clock has run away from the monotonic one. Thread-safe.
  bool Suspect() const { return Suspect(clock_.WallUs()); }

 private:
  bool Suspect(int64_t wall_us) const;
  // Time has come as far as `us`. What it is then: that, or more.
  int64_t Raise(int64_t us);

  const Clock& clock_;
  // Wall time minus monotonic time when the server started.
  const int64_t offset_us_;
  std::atomic<int64_t> last_us_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_TIME_KEEPER_H_
