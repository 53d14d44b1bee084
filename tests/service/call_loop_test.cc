// The thread that serves gRPC's queue: who does the work that others leave to it.
#include "server/rpc/call_loop.h"

#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

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

class CallLoopTest : public ::testing::Test {
 protected:
  CallLoopTest() {
    grpc::ServerBuilder builder;
    builder.RegisterAsyncGenericService(&service_);
    loop_ = std::make_unique<CallLoop>(builder.AddCompletionQueue());
    server_ = builder.BuildAndStart();
    loop_->Run();
    loop_->CallBegins();
  }
  ~CallLoopTest() override {
    loop_->CallEnds();
    server_->Shutdown();
    loop_->Stop();
  }

  grpc::AsyncGenericService service_;
  std::unique_ptr<CallLoop> loop_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(CallLoopTest, WhatIsPostedRunsOnTheLoopInOrder) {
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  std::vector<int> order;
  class Note final : public LoopWork {
   public:
    Note(std::vector<int>& order, int number) : order_(order), number_(number) {}
    void RunOnLoop() override { order_.push_back(number_); }

   private:
    std::vector<int>& order_;
    const int number_;
  } first(order, 1), second(order, 2);
  Work last;
  loop_->Post(first);
  loop_->Post(second);
  loop_->Post(last);
  hold.End();
  EXPECT_NE(last.RanOn(), std::this_thread::get_id());
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_F(CallLoopTest, ALoopAtWorkDoesWhatOthersBring) {
  Hold hold;
  loop_->Post(hold);
  hold.AwaitBegin();
  Work work;
  loop_->RunOrPost(work);
  hold.End();
  EXPECT_NE(work.RanOn(), std::this_thread::get_id());
}

TEST_F(CallLoopTest, WhileTheLoopIsIdleAFewWorksAreDoneByThoseWhoBringThem) {
  for (;;) {  // until the loop has come to rest; ends by the test's own time limit
    std::vector<Work> works(3);
    for (Work& work : works) loop_->RunOrPost(work);
    int direct = 0;
    for (Work& work : works) direct += work.RanOn() == std::this_thread::get_id() ? 1 : 0;
    // A third one wakes it.
    ASSERT_LE(direct, 2);
    if (direct == 2) return;
  }
}

}  // namespace
}  // namespace billing::server
