// The only clock of the server. Tests own theirs.
#ifndef BILLING_SERVER_CLOCK_H_
#define BILLING_SERVER_CLOCK_H_

#include <cstdint>

namespace billing::server {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Microseconds since 1970-01-01T00:00:00Z; may jump.
  virtual int64_t WallUs() const = 0;
  // Microseconds of a clock that never goes back, and goes on while the machine sleeps:
  // else the wall clock would seem to have run away afterwards.
  virtual int64_t SteadyUs() const = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t WallUs() const override;
  int64_t SteadyUs() const override;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CLOCK_H_
