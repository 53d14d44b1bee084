// A thread that does one kind of work beside its owner, one piece at a time.
#ifndef BILLING_SERVER_ENGINE_WORK_THREAD_H_
#define BILLING_SERVER_ENGINE_WORK_THREAD_H_

#include <atomic>
#include <cassert>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace billing::server {

// All calls are its owner's, from one thread.
class WorkThread {
 public:
  // Both are called from the thread.
  struct Options {
    std::function<void()> work;
    // After each piece of work; must not block.
    std::function<void()> ended;
  };

  explicit WorkThread(Options options)
      : options_(std::move(options)), thread_([this] { Loop(); }) {}
  // Waits for the piece under way.
  ~WorkThread() {
    Await();
    Set(State::kStopping);
    thread_.join();
  }
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  // What its owner wrote before is seen by the work, and what the work wrote by its owner once it
  // has ended. REQUIRES: none is under way.
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
      const std::lock_guard lock(mutex_);
      assert(HasEnded());
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
      options_.work();
      lock.lock();
      state_.store(State::kIdle, std::memory_order_release);
      changed_.notify_all();
      lock.unlock();
      options_.ended();
      lock.lock();
    }
  }

  const Options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<State> state_ = State::kIdle;
  std::thread thread_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_WORK_THREAD_H_
