// Callers that wait for a log position to be published.
#ifndef BILLING_SERVER_ENGINE_WAITERS_H_
#define BILLING_SERVER_ENGINE_WAITERS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace billing::server {

// Thread-safe. Callbacks run on the thread that settles them, outside the lock.
class Waiters {
 public:
  // Each costs about 300 bytes, and all of them a moment when they are settled at once.
  static constexpr size_t kWaitersMax = 65'536;

  explicit Waiters(size_t waiters_max = kWaitersMax) : waiters_max_(waiters_max) {}

  enum class Added {
    kSettled,   // at once: the position was there, or this is closed
    kWaits,     //
    kEarliest,  // waits, and no deadline is earlier than its own
    kFull,      // too many wait; `reached` was and will not be called
  };
  // `deadline_us` is Clock::SteadyUs.
  Added Add(uint64_t position, int64_t deadline_us, std::function<void(bool)> reached);
  // Settles everybody who waits for this position or an earlier one.
  void Published(uint64_t position);
  // Settles with false everybody whose deadline has passed.
  void Expire(int64_t steady_us);
  // Settles everybody with false, now and from now on.
  void Close();
  // The earliest deadline there is.
  std::optional<int64_t> NextDeadline() const;

 private:
  struct Waiter {
    int64_t deadline_us;
    std::function<void(bool)> reached;
  };

  const size_t waiters_max_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  uint64_t published_ = 0;
  uint64_t last_number_ = 0;
  // By position and number.
  std::map<std::pair<uint64_t, uint64_t>, Waiter> by_position_;
  // The same waiters by deadline and number; the value is their position.
  std::map<std::pair<int64_t, uint64_t>, uint64_t> by_deadline_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_WAITERS_H_
