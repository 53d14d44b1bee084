// When the scheduler acts: deadlines to the microsecond, and clocks that leave a doubt.
#include "server/engine/scheduler.h"

#include <chrono>
#include <future>
#include <set>
#include <string>
#include <variant>

#include "aggregates/kernel/uuid.h"
#include "tests/engine/scheduler_fixture.h"

namespace billing::server {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr int64_t kRetentionUs = 90 * kDayUs;

TEST_F(SchedulerTest, DeletesWhenTheRetentionIsOverAndNotAMicrosecondEarlier) {
  StartEngineWithAccount();
  StartSteadyScheduler();
  Do(Subscribe("web"));
  Disable("web");
  clock_.Advance(kRetentionUs - 1);
  EXPECT_EQ(Step(), 0u);
  EXPECT_EQ(StateOf("web"), billing::v1::SUBSCRIPTION_STATE_DISABLED);
  clock_.Advance(1);
  EXPECT_EQ(Step(), 1u);
  EXPECT_EQ(StateOf("web"), billing::v1::SUBSCRIPTION_STATE_DELETED);
  EXPECT_EQ(Step(), 0u) << "nothing is due any more";
}

TEST_F(SchedulerTest, IsRecordedLikeAnyOtherCaller) {
  StartEngineWithAccount();
  StartSteadyScheduler();
  Do(Subscribe("web"));
  Disable("web");
  const int64_t disabled_us = clock_.WallUs();
  clock_.Advance(kRetentionUs + 5 * kSecondUs);
  ASSERT_EQ(Step(), 1u);
  const storage::v1::Record record = Records().back();
  EXPECT_TRUE(record.event().has_subscription_deleted());
  EXPECT_EQ(record.event().principal(), "services/scheduler");
  EXPECT_EQ(record.event().roles_size(), 0);
  EXPECT_TRUE(record.command().has_reason());
  EXPECT_EQ(record.command().commit_time_us(), disabled_us + kRetentionUs + 5 * kSecondUs);
  ASSERT_EQ(answers_.size(), 1u);
  const ScheduledCommand& command = answers_.front().first;
  EXPECT_EQ(command.rpc, "DeleteSubscription");
  EXPECT_EQ(command.name, "billingAccounts/acme/subscriptions/web");
  EXPECT_EQ(command.deadline.us, disabled_us + kRetentionUs);
  EXPECT_EQ(command.request_id, record.command().request_id());
  EXPECT_EQ(answers_.front().second, "Accepted");
}

TEST_F(SchedulerTest, CountsNinetyDaysAcrossMonthEndsAndLeapDays) {
  struct Case {
    sys_days disabled;
    sys_days deleted;
  };
  // One after the other, on one clock.
  const Case cases[] = {
      {2026y / 1 / 31, 2026y / 5 / 1},    // from a month's last day, over a short February
      {2026y / 11 / 30, 2027y / 2 / 28},  // from a last day to a last day
      {2027y / 12 / 1, 2028y / 2 / 29},   // to a leap day
      {2028y / 2 / 29, 2028y / 5 / 29},   // from it
      {2029y / 12 / 1, 2030y / 3 / 1},    // the same, without one
  };
  StartEngineWithAccount();
  StartSteadyScheduler();
  int number = 0;
  for (const Case& each : cases) {
    const std::string id = "sub-" + std::to_string(number++);
    AdvanceTo(each.disabled);
    Do(Subscribe(id));
    Disable(id);
    AdvanceTo(each.deleted - 1s);
    EXPECT_EQ(Step(), 0u) << id;
    AdvanceTo(each.deleted);
    EXPECT_EQ(Step(), 1u) << id;
    EXPECT_EQ(StateOf(id), billing::v1::SUBSCRIPTION_STATE_DELETED) << id;
  }
}

TEST_F(SchedulerTest, CancellingADisabledOneDoesNotPutOffItsDeletion) {
  StartEngineWithAccount();
  StartSteadyScheduler();
  Do(Subscribe("web"));
  Disable("web");
  clock_.Advance(40 * kDayUs);
  ASSERT_EQ(Describe(Do(CancelCommand("web"), kSchedulerTestOperator)), "Accepted");
  clock_.Advance(50 * kDayUs - 1);
  EXPECT_EQ(Step(), 0u);
  clock_.Advance(1);
  EXPECT_EQ(Step(), 1u);
  EXPECT_EQ(StateOf("web"), billing::v1::SUBSCRIPTION_STATE_DELETED);
}

TEST_F(SchedulerTest, ADeadlineEndsWhenTheSubscriptionLivesAgain) {
  StartEngineWithAccount();
  StartSteadyScheduler();
  Do(Subscribe("web"));
  Do(AddCardActive("visa", "web"));
  Disable("web");
  clock_.Advance(89 * kDayUs);
  ASSERT_EQ(Describe(Do(ReactivateCommand("web"), kSchedulerTestOperator)), "Accepted");
  clock_.Advance(2 * kDayUs);
  EXPECT_EQ(Step(), 0u) << "it lives";
  Disable("web");
  clock_.Advance(kRetentionUs - 1);
  EXPECT_EQ(Step(), 0u) << "ninety days from the second time";
  clock_.Advance(1);
  EXPECT_EQ(Step(), 1u);
  EXPECT_EQ(StateOf("web"), billing::v1::SUBSCRIPTION_STATE_DELETED);
}

TEST_F(SchedulerTest, WhatSomebodyElseDeletedIsNotAskedForAgain) {
  StartEngineWithAccount();
  StartSteadyScheduler();
  Do(Subscribe("web"));
  Disable("web");
  clock_.Advance(kRetentionUs);
  ASSERT_EQ(Describe(Do(DeleteCommand("web"), kSchedulerTestOperator)), "Accepted");
  EXPECT_EQ(Step(), 0u);
}

// --- the clock -----------------------------------------------------------------------

// Engine and account, with one subscription that is due, and no scheduler yet.
class DueTest : public SchedulerTest {
 protected:
  void SetUp() override {
    StartEngineWithAccount();
    Do(Subscribe("web"));
    Disable("web");
    clock_.Advance(kRetentionUs);
  }
};

TEST_F(DueTest, ActsOnlyAfterAMinuteOfSteadyClock) {
  StartScheduler();
  EXPECT_EQ(Step(), 0u);
  clock_.Advance(kSteadyUs - 1);
  EXPECT_EQ(Step(), 0u);
  clock_.Advance(1);
  EXPECT_EQ(Step(), 1u);
}

TEST_F(DueTest, AClockThatIsSetBeginsTheMinuteAnew) {
  for (const int64_t jump_us : {30 * kSecondUs, -30 * kSecondUs}) {
    StartSteadyScheduler();
    clock_.Jump(jump_us);
    EXPECT_EQ(Step(), 0u) << jump_us;
    clock_.Advance(kSteadyUs - 1);
    EXPECT_EQ(Step(), 0u) << jump_us;
  }
  clock_.Advance(1);
  EXPECT_EQ(Step(), 1u);
}

TEST_F(DueTest, AClockThatIsSlewedIsSteady) {
  StartScheduler();
  for (int i = 0; i < 60; ++i) {
    clock_.Jump(kClockSetUs / 2);
    clock_.Advance(kSecondUs);
    EXPECT_EQ(Step(), i < 59 ? 0u : 1u) << i;
  }
}

TEST_F(DueTest, RestsWhileTheClockIsSuspect) {
  StartSteadyScheduler();
  clock_.Jump(61 * kSecondUs);
  EXPECT_EQ(Step(), 0u);
  clock_.Advance(kDayUs);
  EXPECT_EQ(Step(), 0u) << "steady, but still not right";
  clock_.Jump(-61 * kSecondUs);
  EXPECT_EQ(Step(), 0u) << "right, but not yet for a minute";
  clock_.Advance(kSteadyUs);
  EXPECT_EQ(Step(), 1u);
}

TEST_F(SchedulerTest, AClockThatRunsAwayDeletesNothingEarly) {
  StartEngineWithAccount();
  StartSteadyScheduler();
  Do(Subscribe("web"));
  Disable("web");
  const uint64_t head = log_->Head();
  clock_.Jump(365 * kDayUs);
  for (int i = 0; i < 10; ++i) {
    clock_.Advance(kSteadyUs);
    EXPECT_EQ(Step(), 0u);
  }
  EXPECT_EQ(log_->Head(), head);
}

TEST_F(DueTest, RestsWhileTheClockIsBehindTheLog) {
  StartSteadyScheduler();
  Do(Subscribe("other"));  // the log knows this time
  clock_.Jump(-kSecondUs / 2);
  EXPECT_EQ(Step(), 0u);
  clock_.Advance(kSecondUs / 2);
  EXPECT_EQ(Step(), 1u) << "so little is no clock that somebody set";
}

// Else the command would be refused, and its request id be spent for good.
TEST_F(SchedulerTest, AClockThatStepsBackBeforeTheWriterLooksChangesNothing) {
  StartEngineWithAccount();
  StartSteadyScheduler();
  Do(Subscribe("web"));
  Disable("web");
  clock_.Advance(kRetentionUs - 1);
  log_->Hold();
  auto held = DoLater(Subscribe("other"));
  log_->WaitUntilHeld();
  clock_.Advance(1);
  EXPECT_EQ(scheduler_->Step(), 1u);
  clock_.Jump(-kDayUs);
  log_->Release();
  held.get();
  scheduler_->AwaitAnswers();
  EXPECT_EQ(answers_.front().second, "Accepted");
  EXPECT_EQ(StateOf("web"), billing::v1::SUBSCRIPTION_STATE_DELETED);
}

TEST_F(SchedulerTest, HoldsAfterAcceptClockUntilTheClockHasCaughtUp) {
  StartEngineWithAccount();
  Do(Subscribe("web"));
  Disable("web");
  clock_.Advance(200 * kDayUs);
  Do(Subscribe("other"));  // the log's time is past the deadline
  StopEngine();
  clock_.Jump(-150 * kDayUs);  // and was wrong
  options_.accept_clock = true;
  StartEngine();
  StartSteadyScheduler();
  EXPECT_EQ(Step(), 0u);
  EXPECT_EQ(Describe(Do(Subscribe("third"))), "Accepted") << "callers are served";
  EXPECT_EQ(Step(), 0u);
  clock_.Advance(150 * kDayUs - kSteadyUs - 1);
  EXPECT_EQ(Step(), 0u);
  clock_.Advance(1);
  EXPECT_EQ(Step(), 1u);
  EXPECT_EQ(StateOf("web"), billing::v1::SUBSCRIPTION_STATE_DELETED);
}

// --- the request ---------------------------------------------------------------------

TEST(RequestAt, IsTheSameForTheSameDeadlineAndNoOther) {
  using Deadline = projections::StateReader::Deadline;
  const auto id = [](const char* account, const char* name, int64_t at_us) {
    const auto request = RequestAt(*kernel::AccountId::Parse(account),
                                   Deadline{.at = {at_us}, .account = 1, .name = name});
    EXPECT_EQ(request.status(), absl::OkStatus());
    return request.ok() ? kernel::UuidText(request->request_id) : "";
  };
  const std::string web = id("acme", "subscriptions/web", 1);
  // Golden: what asks again may be another version of this program. SHA-256 of
  // `billingAccounts/acme/subscriptions/web`, a line feed and `1`.
  EXPECT_EQ(web, "9608be42-14f8-8b7a-81e1-81c0cf64e905");
  EXPECT_EQ(id("acme", "subscriptions/web", 1), web);
  const std::set<std::string> others = {web, id("acme", "subscriptions/web", 2),
                                        id("acme", "subscriptions/mail", 1),
                                        id("other", "subscriptions/web", 1)};
  EXPECT_EQ(others.size(), 4u);
}

TEST(RequestAt, RefusesWhatHasNoDeadline) {
  const auto request =
      RequestAt(*kernel::AccountId::Parse("acme"), {.at = {1}, .account = 1, .name = "cards/visa"});
  EXPECT_EQ(request.status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace billing::server
