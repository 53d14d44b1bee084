#include "tests/engine/scheduler_fixture.h"

#include <future>
#include <variant>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/reason.h"
#include "projections/state/state_reader.h"

namespace billing::server {
namespace {

std::string SubscriptionName(const std::string& id) {
  return "billingAccounts/acme/subscriptions/" + id;
}

}  // namespace

SchedulerTest::~SchedulerTest() { scheduler_.reset(); }

void SchedulerTest::StartEngineWithAccount() {
  StartEngine();
  if (log_->Head() == 0) {
    ASSERT_EQ(Describe(Do(OpenAccount("acme"), kSchedulerTestOperator)), "Accepted");
  }
}

void SchedulerTest::StartScheduler(Engine* engine) {
  scheduler_.reset();
  answers_.clear();
  scheduler_ = std::make_unique<Scheduler>(
      engine != nullptr ? *engine : *engine_,
      SchedulerListener{.done =
                            [this](const ScheduledCommand& command, const Outcome& outcome) {
                              std::lock_guard lock(mutex_);
                              answers_.emplace_back(command, Describe(outcome));
                              answered_.notify_all();
                            },
                        .failed =
                            [this](const absl::Status& status) {
                              std::lock_guard lock(mutex_);
                              failures_.push_back(status);
                            }});
}

void SchedulerTest::StartSteadyScheduler(Engine* engine) {
  StartScheduler(engine);
  clock_.Advance(kSteadyUs);
}

void SchedulerTest::StopAll() {
  scheduler_->Stop();
  scheduler_.reset();
  StopEngine();
}

size_t SchedulerTest::Step() {
  const size_t given = scheduler_->Step();
  scheduler_->AwaitAnswers();
  return given;
}

void SchedulerTest::WaitForAnswers(size_t count) {
  std::unique_lock lock(mutex_);
  answered_.wait(lock, [&] { return answers_.size() >= count; });
}

void SchedulerTest::Disable(const std::string& subscription) {
  ASSERT_EQ(Describe(Do(DisableCommand(subscription), kSchedulerTestOperator)), "Accepted");
}

void SchedulerTest::DisableMany(size_t count) {
  std::vector<std::future<Outcome>> outcomes;
  for (size_t i = 0; i < count; ++i) {
    const std::string id = absl::StrCat("sub-", i);
    outcomes.push_back(DoLater(Subscribe(id)));
    outcomes.push_back(DoLater(DisableCommand(id), kSchedulerTestOperator));
  }
  for (auto& outcome : outcomes) ASSERT_EQ(Describe(outcome.get()), "Accepted");
}

void SchedulerTest::AdvanceTo(std::chrono::sys_seconds time) {
  const int64_t us = time.time_since_epoch().count() * kSecondUs - clock_.WallUs();
  ASSERT_GE(us, 0);
  clock_.Advance(us);
}

billing::v1::SubscriptionState SchedulerTest::StateOf(const std::string& subscription) {
  const auto version = engine_->Current();
  const projections::StateReader states(*version);
  const auto account = states.FindAccount(*kernel::AccountId::Parse("acme"));
  if (!account) return billing::v1::SUBSCRIPTION_STATE_UNSPECIFIED;
  const auto state = states.Subscription(*account, *kernel::SubscriptionId::Parse(subscription));
  return state ? state->state : billing::v1::SUBSCRIPTION_STATE_UNSPECIFIED;
}

std::vector<storage::v1::Record> SchedulerTest::Records() {
  std::vector<storage::v1::Record> records;
  const auto stored = log_->Read(1, log_->Head());
  EXPECT_EQ(stored.status(), absl::OkStatus());
  if (!stored.ok()) return records;
  for (const auto& one : *stored) {
    EXPECT_TRUE(records.emplace_back().ParseFromString(one.bytes));
  }
  return records;
}

size_t SchedulerTest::Deletions() {
  size_t count = 0;
  for (const storage::v1::Record& record : Records()) {
    count += record.event().has_subscription_deleted() ? 1 : 0;
  }
  return count;
}

billing::v1::Command DisableCommand(const std::string& subscription) {
  billing::v1::Command command;
  command.mutable_disable_subscription()->set_name(SubscriptionName(subscription));
  return command;
}

billing::v1::Command CancelCommand(const std::string& subscription) {
  billing::v1::Command command;
  command.mutable_cancel_subscription()->set_name(SubscriptionName(subscription));
  return command;
}

billing::v1::Command DeleteCommand(const std::string& subscription) {
  billing::v1::Command command;
  command.mutable_delete_subscription()->set_name(SubscriptionName(subscription));
  return command;
}

billing::v1::Command ReactivateCommand(const std::string& subscription) {
  billing::v1::Command command;
  command.mutable_reactivate_subscription()->set_name(SubscriptionName(subscription));
  return command;
}

std::string Describe(const Outcome& outcome) {
  if (const auto* refused = std::get_if<Refused>(&outcome)) {
    return "Refused " + refused->refusal.reason();
  }
  if (const auto* not_done = std::get_if<NotDone>(&outcome)) {
    return absl::StrCat("NotDone ", static_cast<int>(not_done->kind), " ",
                        absl::string_view(not_done->detail));
  }
  return std::get<Accepted>(outcome).receipt.replayed ? "Accepted again" : "Accepted";
}

}  // namespace billing::server
