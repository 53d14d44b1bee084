// A thread that does one kind of work beside its owner, one piece at a time.
#ifndef BILLING_SERVER_ENGINE_WORK_THREAD_H_
#define BILLING_SERVER_ENGINE_WORK_THREAD_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace billing::server {

// All calls are its owner's, from one thread.
class WorkThread {
 public:
  // `ended` is called from the thread after each piece of work; it must not block.
  WorkThread(std::function<void()> work, std::function<void()> ended)
      : work_(std::move(work)), ended_(std::move(ended)), thread_([this] { Loop(); }) {}
  // Waits for the piece under way.
  ~WorkThread() {
    Set(State::kStopping);
    thread_.join();
  }
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  // REQUIRES: none is under way, or it was awaited. What its owner wrote before is seen by the
  // work, and what the work wrote by its owner once it has ended.
  void Begin() { Set(State::kWorking); }
  // Whether the piece that was begun last has ended. Cheap.
  bool HasEnded() const { return state_.load(std::memory_order_acquire) == State::kIdle; }
  // Waits until it has.
  void Await() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return HasEnded(); });
  }

 private:
  enum class State { kIdle, kWorking, kStopping };

  void Set(State state) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return HasEnded(); });
      state_.store(state, std::memory_order_release);
    }
    changed_.notify_all();
  }

  void Loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return !HasEnded(); });
      if (state_.load(std::memory_order_relaxed) == State::kStopping) return;
      lock.unlock();
      work_();
      lock.lock();
      state_.store(State::kIdle, std::memory_order_release);
      changed_.notify_all();
      lock.unlock();
      ended_();
      lock.lock();
    }
  }

  const std::function<void()> work_;
  const std::function<void()> ended_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<State> state_ = State::kIdle;
  std::thread thread_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_WORK_THREAD_H_
