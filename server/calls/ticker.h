// Does something again and again.
#ifndef BILLING_SERVER_CALLS_TICKER_H_
#define BILLING_SERVER_CALLS_TICKER_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace billing::server {

// On a thread of its own, from construction to destruction, which waits for the tick that is
// under way. `tick` may take its time: the next one comes so long after it has ended.
class Ticker {
 public:
  Ticker(std::chrono::milliseconds every, std::function<void()> tick);
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  ~Ticker();

 private:
  void Run();

  const std::chrono::milliseconds every_;
  const std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_TICKER_H_
