// Works for a loop's thread.
#ifndef BILLING_TESTS_SERVICE_LOOP_WORKS_H_
#define BILLING_TESTS_SERVICE_LOOP_WORKS_H_

#include <future>
#include <thread>

#include "server/rpc/call_loop.h"

namespace billing::server {

// Says which thread it ran on.
class Work final : public LoopWork {
 public:
  void RunOnLoop() override { ran_on_.set_value(std::this_thread::get_id()); }
  std::thread::id RanOn() { return ran_on_.get_future().get(); }

 private:
  std::promise<std::thread::id> ran_on_;
};

// Keeps the loop at work until it is let go.
class Hold final : public LoopWork {
 public:
  void RunOnLoop() override {
    begun_.set_value();
    end_.get_future().wait();
  }
  void AwaitBegin() { begun_.get_future().wait(); }
  void End() { end_.set_value(); }

 private:
  std::promise<void> begun_;
  std::promise<void> end_;
};

}  // namespace billing::server

#endif  // BILLING_TESTS_SERVICE_LOOP_WORKS_H_
