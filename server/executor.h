// A few threads for work that may block, so that gRPC's own threads never do: reads of
// rows and log, and commands that are only validated.
#ifndef BILLING_SERVER_EXECUTOR_H_
#define BILLING_SERVER_EXECUTOR_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace billing::server {

// Thread-safe.
class Executor {
 public:
  struct Options {
    size_t threads = 2;
    // Pieces of work that may wait.
    size_t queue_max = 1'024;
  };
  explicit Executor(const Options& options);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor() { Finish(); }

  // Returns when the work that is queued is done, and its threads have ended. May be repeated.
  // REQUIRES: nobody submits from here on, but for what is done until it returns.
  void Finish();

  // Queues `work`. False, and `work` never runs, when the queue is full.
  [[nodiscard]] bool Submit(std::function<void()> work);
  // Pieces of work that wait.
  size_t queued() const;

 private:
  void Run();

  const size_t queue_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_EXECUTOR_H_
