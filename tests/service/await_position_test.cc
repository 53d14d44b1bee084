// Waiting for a position: on whose thread a wait ends, and what waits for it.
#include "server/calls/await_position.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "tests/service/loop_works.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

// A loop of its own beside the server's, with a call under way.
class AwaitPositionTest : public ServiceTest {
 protected:
  struct Ended {
    std::thread::id on;
    std::optional<Problem> problem;
  };

  // Waits on the loop's thread, with so much left of the deadline.
  std::future<Ended> Wait(uint64_t position, int64_t remaining_us = 60'000'000) {
    class Begin final : public LoopWork {
     public:
      Begin(AwaitPositionTest& test, uint64_t position, int64_t remaining_us)
          : test_(test), position_(position), remaining_us_(remaining_us) {}
      void RunOnLoop() override {
        auto ended = std::make_shared<std::promise<Ended>>();
        begun_.set_value(ended->get_future());
        AwaitPosition(test_.parts_, *test_.loop_, remaining_us_, position_,
                      [ended](std::optional<Problem> problem) {
                        ended->set_value({std::this_thread::get_id(), std::move(problem)});
                      });
        waits_.set_value();
      }
      std::future<Ended> Begun() {
        waits_.get_future().wait();
        return begun_.get_future().get();
      }

     private:
      AwaitPositionTest& test_;
      const uint64_t position_;
      const int64_t remaining_us_;
      std::promise<std::future<Ended>> begun_;
      std::promise<void> waits_;
    } begin(*this, position, remaining_us);
    loop_->Post(begin);
    return begin.Begun();
  }

  std::thread::id LoopThread() {
    Work work;
    loop_->Post(work);
    return work.RanOn();
  }

  const Presenter presenter_{*vault_};
  Executor executor_{{}};
  std::atomic<size_t> watchers_ = 0;
  Connections connections_;
  const CallParts parts_{.engine = *engine_,
                         .credentials = credentials_,
                         .presenter = presenter_,
                         .executor = executor_,
                         .stream_executor = executor_,
                         .logger = logger_,
                         .metrics = metrics_,
                         .min_position_wait_ms = 60'000,
                         .reader_patience_ms = 60'000,
                         .watchers = watchers_,
                         .connections = connections_};
  LoopAlone loop_{connections_};
};

TEST_F(AwaitPositionTest, TheWriterGoesOnAndLeavesTheRestToTheLoop) {
  const std::thread::id loop_thread = LoopThread();
  auto waiting = Wait(Head() + 1);
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  HaveCard("visa");
  EXPECT_EQ(waiting.wait_for(std::chrono::seconds(0)), std::future_status::timeout)
      << "the command is answered, though the loop has come to nothing";
  hold.End();
  const Ended ended = waiting.get();
  EXPECT_EQ(ended.problem, std::nullopt);
  EXPECT_EQ(ended.on, loop_thread);
}

TEST_F(AwaitPositionTest, WhoWaitedComesBehindWhatIsPostedLater) {
  auto waiting = Wait(Head() + 1);
  class Look final : public LoopWork {
   public:
    explicit Look(const std::future<Ended>& waiting) : waiting_(waiting) {}
    void RunOnLoop() override { seen_.set_value(waiting_.wait_for(std::chrono::seconds(0))); }
    std::future_status Seen() { return seen_.get_future().get(); }

   private:
    const std::future<Ended>& waiting_;
    std::promise<std::future_status> seen_;
  } look(waiting);
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  HaveCard("visa");
  loop_->Post(look);
  hold.End();
  EXPECT_EQ(look.Seen(), std::future_status::timeout);
  EXPECT_EQ(waiting.get().problem, std::nullopt);
}

TEST_F(AwaitPositionTest, WhatIsThereIsNotWaitedFor) {
  EXPECT_EQ(Wait(Head()).get().problem, std::nullopt);
}

TEST_F(AwaitPositionTest, EndsOnTheLoopAtItsDeadlineToo) {
  const std::thread::id loop_thread = LoopThread();
  const Ended ended = Wait(Head() + 1, /*remaining_us=*/0).get();
  ASSERT_TRUE(ended.problem.has_value());
  EXPECT_EQ(ended.problem->reason, "POSITION_NOT_REACHED");
  EXPECT_EQ(ended.on, loop_thread);
}

TEST_F(AwaitPositionTest, ALoopDoesNotEndBeforeItsWaitsHaveThoughTheirCallsHave) {
  auto waiting = Wait(Head() + 1, /*remaining_us=*/200'000);
  loop_.Stop();
  EXPECT_EQ(waiting.wait_for(std::chrono::seconds(0)), std::future_status::ready);
}

TEST_F(AwaitPositionTest, EndsWhenTheEngineStops) {
  auto waiting = Wait(Head() + 1);
  ASSERT_EQ(engine_->Stop(), absl::OkStatus());
  EXPECT_EQ(waiting.get().problem->reason, "POSITION_NOT_REACHED");
}

}  // namespace
}  // namespace billing::server
