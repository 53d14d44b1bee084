// Commands on their way to the writer while rows have to come from the disk.
//
// The writer is one thread: while it waits for the disk everybody waits, and a disk that is asked
// one thing at a time is slow. So once the writer had to wait for it, commands are rehearsed on
// threads of their own before it gets them: judged by what is published, for no other purpose than
// that the rows lie in memory then. They reach the writer in the order in which they were taken.
// It ends when for a while no rehearsal had to wait for the disk: rows that lie in memory are
// found faster than a thread is woken.
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
    size_t threads = 0;
    // Reads what the writer will read for it, from many threads at once.
    std::function<void(const Submission&)> rehearse;
    // Hands it to the writer; one at a time, in order.
    std::function<void(std::unique_ptr<Submission>)> pass;
    // As DiskBlocksRead.
    std::function<uint64_t()> disk_blocks_read;
  };

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
  void Rehearse(const Submission& submission);
  // What is first and rehearsed, unless another thread is at it and sees to this as well.
  void PassOn(std::unique_lock<std::mutex>& lock);

  const Options options_;
  const Clock& clock_;
  std::atomic<bool> on_ = false;
  // When it ends unless the disk is waited for again: Clock::SteadyUs.
  std::atomic<int64_t> ends_us_ = 0;
  std::atomic<size_t> waiting_ = 0;
  std::atomic<uint64_t> rehearsed_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  // In order; references stay valid while others come and go.
  std::deque<Item> items_;
  // Of items_: the first that no thread has taken up.
  size_t next_ = 0;
  bool passing_ = false;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_REHEARSAL_H_
