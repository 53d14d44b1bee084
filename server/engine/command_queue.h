// The bounded queue between callers and the writer.
#ifndef BILLING_SERVER_ENGINE_COMMAND_QUEUE_H_
#define BILLING_SERVER_ENGINE_COMMAND_QUEUE_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"

namespace billing::server {

// Many producers, one consumer. Thread-safe.
template <class T>
class CommandQueue {
 public:
  explicit CommandQueue(size_t max) : max_(max) {}

  enum class Pushed { kYes, kFull, kClosed };
  // Moves from `item` only when it answers kYes. With `room_reserved` it is never kFull:
  // whoever sets it bounds how many it has in here.
  Pushed Push(T& item, bool room_reserved = false) {
    {
      std::lock_guard lock(mutex_);
      if (closed_) return Pushed::kClosed;
      if (!room_reserved && items_.size() >= max_) return Pushed::kFull;
      items_.push_back(std::move(item));
      if (items_.size() > 1) return Pushed::kYes;  // the consumer is awake or will see it
    }
    filled_.notify_one();
    return Pushed::kYes;
  }

  // Waits for something and takes up to `count`; empty once closed and drained.
  std::vector<T> Take(size_t count) {
    return TakeOr(count, [] { return false; });
  }
  // The same; empty also when there is nothing and `otherwise` holds, which is looked at first
  // and after each Nudge.
  std::vector<T> TakeOr(size_t count, absl::FunctionRef<bool()> otherwise) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return closed_ || !items_.empty() || otherwise(); });
    std::vector<T> taken;
    taken.reserve(std::min(count, items_.size()));
    while (!items_.empty() && taken.size() < count) {
      taken.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    return taken;
  }

  void Nudge() {
    // A consumer that has looked is waiting by now.
    { const std::lock_guard lock(mutex_); }
    filled_.notify_one();
  }

  // No more pushes; what is queued is still taken.
  void Close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    filled_.notify_all();
  }

  bool empty() const {
    std::lock_guard lock(mutex_);
    return items_.empty();
  }
  size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  const size_t max_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_COMMAND_QUEUE_H_
