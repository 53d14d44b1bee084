// The border between two batches of the writer: where others may do what no batch may be
// under way for.
#ifndef BILLING_SERVER_ENGINE_BATCH_BORDER_H_
#define BILLING_SERVER_ENGINE_BATCH_BORDER_H_

#include <condition_variable>
#include <mutex>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace billing::server {

// Thread-safe.
class BatchBorder {
 public:
  // Around the batches of the one writer, of which some follow each other without a border.
  // BeginBatch waits while somebody is at the border; whoever asks for it is let in as soon as the
  // writer has done what it took from its queue, however much is waiting there.
  void BeginBatch() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !wanted_; });
    in_batch_ = true;
  }
  void EndBatch() {
    {
      const std::lock_guard lock(mutex_);
      in_batch_ = false;
    }
    changed_.notify_all();
  }

  // Somebody waits for EndBatch, or is at the border.
  bool IsWanted() const {
    const std::lock_guard lock(mutex_);
    return wanted_;
  }

  // Does `work` between two batches. One thread at a time.
  absl::Status Between(absl::FunctionRef<absl::Status()> work) {
    std::unique_lock lock(mutex_);
    wanted_ = true;
    changed_.wait(lock, [this] { return !in_batch_; });
    lock.unlock();
    absl::Status status = work();
    lock.lock();
    wanted_ = false;
    lock.unlock();
    changed_.notify_all();
    return status;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = false;
  bool in_batch_ = false;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_BATCH_BORDER_H_
