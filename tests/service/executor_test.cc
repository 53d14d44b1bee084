#include "server/executor.h"

#include <atomic>
#include <future>

#include "gtest/gtest.h"

namespace billing::server {
namespace {

TEST(Executor, RunsWhatItTakes) {
  Executor executor({.threads = 2, .queue_max = 8});
  std::promise<void> ran;
  ASSERT_TRUE(executor.Submit([&] { ran.set_value(); }));
  ran.get_future().wait();
}

TEST(Executor, RefusesWhatTheQueueCannotHoldAndTakesMoreAfterwards) {
  Executor executor({.threads = 1, .queue_max = 1});
  std::promise<void> started;
  std::promise<void> go_on;
  std::promise<void> done;
  ASSERT_TRUE(executor.Submit([&, wait = go_on.get_future().share()] {
    started.set_value();
    wait.wait();
  }));
  started.get_future().wait();
  ASSERT_TRUE(executor.Submit([&] { done.set_value(); }));
  EXPECT_EQ(executor.queued(), 1u);
  EXPECT_FALSE(executor.Submit([] { FAIL() << "it was refused"; }));
  go_on.set_value();
  done.get_future().wait();
  EXPECT_EQ(executor.queued(), 0u);
  EXPECT_TRUE(executor.Submit([] {}));
}

TEST(Executor, FinishesWhatIsQueuedBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    Executor executor({.threads = 2, .queue_max = 100});
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(executor.Submit([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 100);
}

TEST(Executor, WithoutAQueueItTakesNothing) {
  Executor executor({.threads = 1, .queue_max = 0});
  EXPECT_FALSE(executor.Submit([] {}));
}

}  // namespace
}  // namespace billing::server
