// Callers that wait for a log position to be published.
#ifndef BILLING_SERVER_ENGINE_WAITERS_H_
#define BILLING_SERVER_ENGINE_WAITERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace billing::server {

// Thread-safe. Callbacks run on the thread that settles them, outside the lock.
class Waiters {
 public:
  void Add(uint64_t position, int64_t deadline_us, std::function<void(bool)> reached);
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
  mutable std::mutex mutex_;
  bool closed_ = false;
  uint64_t published_ = 0;
  std::multimap<uint64_t, Waiter> by_position_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_WAITERS_H_
