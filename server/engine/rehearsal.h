// Commands on their way to the writer while rows have to come from the disk.
//
// The writer is one thread: while it waits for the disk everybody waits, and a disk that is asked
// one thing at a time is slow. So once the writer had to wait for it again and again, commands are
// rehearsed on threads of their own before it gets them: judged by what is published, for no other
// purpose than that the rows lie in memory then. They reach the writer in the order in which they
// were taken. It ends when for a second they hardly had to wait for the disk: rows that lie in
// memory are found faster than a thread is woken.
#ifndef BILLING_SERVER_ENGINE_REHEARSAL_H_
#define BILLING_SERVER_ENGINE_REHEARSAL_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "server/clock.h"
#include "server/engine/engine.h"

namespace billing::server {

// Thread-safe.
class Rehearsal {
 public:
  struct Options {
    // 0: nothing is ever rehearsed.
    size_t threads = 0;
    // Reads what the writer will read for it, from many threads at once.
    std::function<void(const Submission&)> rehearse;
    // Hands it to the writer; one at a time, in order.
    std::function<void(std::unique_ptr<Submission>)> pass;
    // As DiskBlocksRead.
    std::function<uint64_t()> disk_blocks_read;
  };

  // Worth it from so many blocks of 512 bytes for each command on: a page for each.
  static constexpr uint64_t kBlocksPerCommand = 8;

  // The clock outlives it.
  Rehearsal(Options options, const Clock& clock);
  ~Rehearsal() { Stop(); }
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;

  // From now on commands are to be rehearsed.
  void Begin();
  // Whether they are to be, or some have not been passed on yet, which those behind them must not
  // overtake: then every command is to be given to Take. Cheap.
  bool IsOn() const {
    return on_.load(std::memory_order_relaxed) || waiting_.load(std::memory_order_acquire) > 0;
  }
  // False once Stop was called: nothing was moved from.
  bool Take(std::unique_ptr<Submission>& submission);
  // Taken and not passed on yet.
  size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }
  // Since it was made.
  uint64_t rehearsed() const { return rehearsed_.load(std::memory_order_relaxed); }

  // Passes on whatever was taken, and takes no more.
  void Stop();

 private:
  struct Item {
    std::unique_ptr<Submission> submission;
    bool rehearsed = false;
  };

  void Loop();
  // What it took from the disk.
  uint64_t Rehearse(const Submission& submission) const;
  // Ends it after a second in which it was not worth it. REQUIRES: mutex_.
  void Count(uint64_t blocks);
  // What is first and rehearsed, unless another thread is at it and sees to this as well.
  void PassOn(std::unique_lock<std::mutex>& lock);

  const Options options_;
  const Clock& clock_;
  // Changed with the lock held.
  std::atomic<bool> on_ = false;
  std::atomic<size_t> waiting_ = 0;
  std::atomic<uint64_t> rehearsed_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  // In order; references stay valid while others come and go.
  std::deque<Item> items_;
  // Of items_: the first that no thread has taken up.
  size_t next_ = 0;
  // Of the second that ends then (Clock::SteadyUs): what was rehearsed, and read for it.
  int64_t second_ends_us_ = 0;
  uint64_t commands_ = 0;
  uint64_t blocks_ = 0;
  bool passing_ = false;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_REHEARSAL_H_
