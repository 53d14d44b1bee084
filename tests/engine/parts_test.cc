#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "server/engine/command_queue.h"
#include "server/engine/refusal_limit.h"
#include "server/engine/waiters.h"
#include "server/engine/work_thread.h"

namespace billing::server {
namespace {

TEST(CommandQueue, IsFullForAllButThoseWithRoomReserved) {
  CommandQueue<int> queue(1);
  int item = 7;
  EXPECT_EQ(queue.Push(item), CommandQueue<int>::Pushed::kYes);
  EXPECT_EQ(queue.Push(item), CommandQueue<int>::Pushed::kFull);
  EXPECT_EQ(queue.Push(item, /*room_reserved=*/true), CommandQueue<int>::Pushed::kYes);
  EXPECT_EQ(queue.Take(3), (std::vector<int>{7, 7}));
}

TEST(CommandQueue, WhoTakesIsWokenByANudge) {
  CommandQueue<int> queue(1);
  std::atomic<bool> is_time = false;
  std::promise<void> looked;
  int looks = 0;
  std::thread taker([&] {
    const auto taken = queue.TakeOr(3, [&] {
      if (++looks == 1) looked.set_value();
      return is_time.load();
    });
    EXPECT_TRUE(taken.empty());
  });
  looked.get_future().wait();
  is_time = true;
  queue.Nudge();
  taker.join();
  int item = 7;
  queue.Push(item);
  EXPECT_EQ(queue.TakeOr(3, [] { return true; }), std::vector<int>{7})
      << "what there is comes first";
}

TEST(WorkThread, DoesOnePieceAfterAnother) {
  int done = 0;
  std::atomic<int> told = 0;
  {
    WorkThread thread({.work = [&] { ++done; }, .ended = [&] { ++told; }});
    EXPECT_TRUE(thread.HasEnded());
    for (int i = 1; i <= 1'000; ++i) {
      thread.Begin();
      thread.Await();
      EXPECT_TRUE(thread.HasEnded());
      EXPECT_EQ(done, i);
    }
    thread.Begin();
  }
  EXPECT_EQ(done, 1'001) << "whoever ends it waits for what is under way";
  EXPECT_EQ(told, 1'001);
}

TEST(WorkThread, WorksBesideItsOwner) {
  std::promise<void> may_end;
  std::promise<void> has_ended;
  WorkThread thread(
      {.work = [&] { may_end.get_future().wait(); }, .ended = [&] { has_ended.set_value(); }});
  thread.Begin();
  EXPECT_FALSE(thread.HasEnded());
  may_end.set_value();
  has_ended.get_future().wait();
  EXPECT_TRUE(thread.HasEnded());
}

TEST(RefusalLimit, CountsPerAccountPrincipalAndMinute) {
  RefusalLimit limit(1);
  EXPECT_TRUE(limit.Allow(1, "users/a", 0));
  EXPECT_FALSE(limit.Allow(1, "users/a", 59'999'999));
  EXPECT_TRUE(limit.Allow(2, "users/a", 0));
  EXPECT_TRUE(limit.Allow(1, "users/b", 0));
  EXPECT_TRUE(limit.Allow(1, "users/a", 60'000'000));
}

TEST(RefusalLimit, ZeroMeansNoLimit) {
  RefusalLimit limit(0);
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(limit.Allow(1, "users/a", 0));
}

TEST(Waiters, AreSettledByTheirPosition) {
  Waiters waiters;
  std::vector<int> settled;
  waiters.Add(2, 100, [&](bool there) { settled.push_back(there ? 2 : -2); });
  waiters.Add(5, 100, [&](bool there) { settled.push_back(there ? 5 : -5); });
  waiters.Published(4);
  EXPECT_EQ(settled, std::vector<int>{2});
  waiters.Add(3, 100, [&](bool there) { settled.push_back(there ? 3 : -3); });
  EXPECT_EQ(settled, (std::vector<int>{2, 3})) << "already there";
  waiters.Expire(100);
  EXPECT_EQ(settled, (std::vector<int>{2, 3, -5}));
}

TEST(Waiters, KnowTheEarliestDeadline) {
  Waiters waiters;
  const auto nobody = [](bool) {};
  EXPECT_EQ(waiters.NextDeadline(), std::nullopt);
  EXPECT_EQ(waiters.Add(5, 100, nobody), Waiters::Added::kEarliest);
  EXPECT_EQ(waiters.Add(2, 200, nobody), Waiters::Added::kWaits);
  EXPECT_EQ(waiters.Add(9, 100, nobody), Waiters::Added::kWaits) << "nobody need wake earlier";
  EXPECT_EQ(waiters.Add(9, 50, nobody), Waiters::Added::kEarliest);
  EXPECT_EQ(waiters.NextDeadline(), 50);
  waiters.Published(8);
  EXPECT_EQ(waiters.NextDeadline(), 50);
  waiters.Expire(50);
  EXPECT_EQ(waiters.NextDeadline(), 100);
  waiters.Published(9);
  EXPECT_EQ(waiters.NextDeadline(), std::nullopt);
}

TEST(Waiters, AreBounded) {
  Waiters waiters(2);
  int settled = 0;
  const auto count = [&](bool) { ++settled; };
  waiters.Add(1, 100, count);
  waiters.Add(2, 100, count);
  EXPECT_EQ(waiters.Add(3, 50, count), Waiters::Added::kFull);
  EXPECT_EQ(settled, 0);
  EXPECT_EQ(waiters.Add(0, 50, count), Waiters::Added::kSettled) << "it waits for nothing";
  waiters.Published(1);
  EXPECT_EQ(waiters.Add(3, 50, count), Waiters::Added::kEarliest);
  waiters.Close();
  EXPECT_EQ(settled, 4);
}

TEST(Waiters, AreGivenUpWhenClosed) {
  Waiters waiters;
  int given_up = 0;
  waiters.Add(1, 100, [&](bool there) { given_up += there ? 0 : 1; });
  waiters.Close();
  waiters.Add(1, 100, [&](bool there) { given_up += there ? 0 : 1; });
  EXPECT_EQ(given_up, 2);
}

}  // namespace
}  // namespace billing::server
