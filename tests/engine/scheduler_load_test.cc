// Much to do at once, stops in the middle, and commands that do not succeed.
#include <chrono>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/engine/scheduler_fixture.h"

namespace billing::server {
namespace {

constexpr int64_t kRetentionUs = 90 * kDayUs;

// An engine whose answers to the scheduler a test chooses.
class AnsweringEngine final : public Engine {
 public:
  explicit AnsweringEngine(Engine& inner) : inner_(inner) {}

  void Submit(Submission submission) override {
    ++asked_[submission.request.decided.delete_subscription().name()];
    if (holds_) return held_.push_back(std::move(submission.done));
    submission.done(NotDone{kind_, "injected"});
  }
  void Answer(NotDone::Kind kind) { kind_ = kind; }
  // Answers come with Release.
  void Hold() { holds_ = true; }
  void Release() {
    holds_ = false;
    for (const auto& done : std::exchange(held_, {})) done(NotDone{kind_, "injected"});
  }
  const std::map<std::string, int>& asked() const { return asked_; }

  Outcome Validate(const request::Request& request, const kernel::Caller& caller) const override {
    return inner_.Validate(request, caller);
  }
  std::optional<kernel::Instant> Tick() override { return inner_.Tick(); }
  kernel::Instant Now() const override { return inner_.Now(); }
  std::shared_ptr<const projections::Version> Current() const override { return inner_.Current(); }
  bool Await(uint64_t position, int64_t deadline_us, std::function<void(bool)> reached) override {
    return inner_.Await(position, deadline_us, std::move(reached));
  }
  void EndWaits() override { inner_.EndWaits(); }
  Checkpoints& checkpoints() override { return inner_.checkpoints(); }
  const eventstore::EventLog& log() const override { return inner_.log(); }
  const eventstore::Vault& vault() const override { return inner_.vault(); }
  const Clock& clock() const override { return inner_.clock(); }
  absl::Status RebuildViews() override { return inner_.RebuildViews(); }
  Status GetStatus() const override { return inner_.GetStatus(); }
  void OnFailure(std::function<void(absl::Status)> failed) override {
    inner_.OnFailure(std::move(failed));
  }
  absl::Status Stop() override { return inner_.Stop(); }

 private:
  Engine& inner_;
  NotDone::Kind kind_ = NotDone::Kind::kReadFailed;
  std::map<std::string, int> asked_;
  bool holds_ = false;
  std::vector<std::function<void(Outcome)>> held_;
};

class SchedulerLoadTest : public SchedulerTest {
 protected:
  // So many subscriptions that are due, and a scheduler that may act.
  void StartWithDue(size_t count) {
    StartEngineWithAccount();
    DisableMany(count);
    clock_.Advance(kRetentionUs);
    StartSteadyScheduler();
  }
};

TEST_F(SchedulerLoadTest, ThousandsAreGoneThroughFewAtATime) {
  constexpr size_t kDue = 1'500;
  StartWithDue(kDue);
  size_t steps = 0;
  for (size_t given = Step(); given > 0; given = Step()) {
    EXPECT_LE(given, kScheduledAtOnceMax);
    ++steps;
  }
  EXPECT_EQ(steps, (kDue + kScheduledAtOnceMax - 1) / kScheduledAtOnceMax);
  EXPECT_EQ(answers_.size(), kDue) << "each was asked for once";
  EXPECT_EQ(Deletions(), kDue);
}

TEST_F(SchedulerLoadTest, GivesNoneWhileEarlierOnesAreNotAnswered) {
  StartWithDue(kScheduledAtOnceMax + 1);
  log_->Hold();
  EXPECT_EQ(scheduler_->Step(), kScheduledAtOnceMax);
  log_->WaitUntilHeld();
  EXPECT_EQ(scheduler_->Step(), 0u);
  log_->Release();
  scheduler_->AwaitAnswers();
  EXPECT_EQ(Step(), 1u);
  EXPECT_EQ(Deletions(), kScheduledAtOnceMax + 1);
}

TEST_F(SchedulerLoadTest, ItsThreadDoesNotWaitWhileThereIsMoreToDo) {
  constexpr size_t kDue = 5 * kScheduledAtOnceMax + 1;
  StartEngineWithAccount();
  DisableMany(kDue);
  clock_.Advance(kRetentionUs);
  StartSteadyScheduler();
  scheduler_->Run(/*interval_ms=*/3'600'000);
  WaitForAnswers(kDue);
  scheduler_->Stop();
  EXPECT_EQ(Deletions(), kDue);
}

TEST_F(SchedulerLoadTest, ALookBeforeTheAnswersDoesNotMakeWhatIsLeftWaitForTheInterval) {
  constexpr size_t kDue = kScheduledAtOnceMax + 1;
  constexpr int kReadsOfALook = 2;
  StartWithDue(kDue);
  AnsweringEngine engine(*engine_);
  StartSteadyScheduler(&engine);
  engine.Hold();
  ASSERT_EQ(scheduler_->Step(), kScheduledAtOnceMax);
  const int reads = clock_.steady_reads();
  scheduler_->Run(/*interval_ms=*/3'600'000);
  // Its thread's first look finds none of them answered.
  while (clock_.steady_reads() < reads + kReadsOfALook) std::this_thread::yield();
  engine.Release();
  WaitForAnswers(kDue);
  scheduler_.reset();
}

// Every look reads the clock.
TEST_F(SchedulerLoadTest, ItsThreadRestsWhenTheClockIsSetWhileThereIsMoreToDo) {
  constexpr int kCommands = 100;
  StartWithDue(kScheduledAtOnceMax + 1);
  ASSERT_EQ(Step(), kScheduledAtOnceMax);
  clock_.Jump(30 * kSecondUs);
  const auto reads_of_commands = [this] {
    const int before = clock_.steady_reads();
    for (int i = 0; i < kCommands; ++i) Do(AddCard("visa"));
    return clock_.steady_reads() - before;
  };
  reads_of_commands();  // the first is added, all others are refused
  const int alone = reads_of_commands();
  scheduler_->Run(/*interval_ms=*/3'600'000);
  const int beside = reads_of_commands();
  scheduler_->Stop();
  EXPECT_LT(beside - alone, kCommands);
  EXPECT_EQ(Deletions(), kScheduledAtOnceMax);
}

TEST_F(SchedulerLoadTest, ItsThreadLooksAgainAfterTheInterval) {
  StartWithDue(1);
  scheduler_->Run(/*interval_ms=*/1);
  WaitForAnswers(1);
  Do(Subscribe("later"));
  Disable("later");
  clock_.Advance(kRetentionUs);
  WaitForAnswers(2);
  scheduler_->Stop();
  EXPECT_EQ(Deletions(), 2u);
}

// As SIGTERM does, while the first commands are being committed.
TEST_F(SchedulerLoadTest, StoppedInTheMiddleItIsGoneOnWithAfterARestart) {
  constexpr size_t kDue = 3 * kScheduledAtOnceMax;
  StartWithDue(kDue);
  log_->Hold();
  EXPECT_EQ(scheduler_->Step(), kScheduledAtOnceMax);
  log_->WaitUntilHeld();
  auto stopped = std::async(std::launch::async, [this] { scheduler_->Stop(); });
  EXPECT_EQ(stopped.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout)
      << "it waits for the answers";
  log_->Release();
  stopped.get();
  EXPECT_EQ(answers_.size(), kScheduledAtOnceMax) << "what was given was answered";
  EXPECT_EQ(scheduler_->Step(), 0u);
  StopAll();
  EXPECT_EQ(Deletions(), kScheduledAtOnceMax);

  StartEngine();
  StartSteadyScheduler();
  while (Step() > 0) {
  }
  EXPECT_EQ(answers_.size(), kDue - kScheduledAtOnceMax);
  EXPECT_EQ(Deletions(), kDue);
}

TEST_F(SchedulerLoadTest, GivesNothingOnceItWasStopped) {
  StartWithDue(1);
  scheduler_->Stop();
  EXPECT_EQ(scheduler_->Step(), 0u);
  EXPECT_EQ(Deletions(), 0u);
}

// As when a process was killed after the append, and before it knew.
TEST_F(SchedulerLoadTest, WhatIsAskedForTwiceHappensOnce) {
  StartWithDue(1);
  const auto first = std::move(scheduler_);
  StartSteadyScheduler();
  log_->Hold();
  auto held = DoLater(Subscribe("other"));
  log_->WaitUntilHeld();
  EXPECT_EQ(first->Step(), 1u);
  EXPECT_EQ(scheduler_->Step(), 1u);
  log_->Release();
  held.get();
  first->AwaitAnswers();
  scheduler_->AwaitAnswers();
  EXPECT_EQ(Deletions(), 1u);
  ASSERT_EQ(answers_.size(), 2u);
  EXPECT_EQ(answers_[0].first.request_id, answers_[1].first.request_id);
  EXPECT_EQ(answers_[0].second, "Accepted");
  EXPECT_EQ(answers_[1].second, "Accepted again");
}

TEST_F(SchedulerLoadTest, ARefusalHoldsUpNobody) {
  StartWithDue(2);
  Do(AddCard("visa"));
  Do(SetActive("sub-0", "visa"));
  log_->Hold();
  auto held = DoLater(Subscribe("other"));
  log_->WaitUntilHeld();
  // Queued before the scheduler's commands, and not yet to be seen.
  auto reactivated = DoLater(ReactivateCommand("sub-0"), kSchedulerTestOperator);
  EXPECT_EQ(scheduler_->Step(), 2u);
  log_->Release();
  held.get();
  EXPECT_EQ(Describe(reactivated.get()), "Accepted");
  scheduler_->AwaitAnswers();
  EXPECT_EQ(StateOf("sub-0"), billing::v1::SUBSCRIPTION_STATE_ACTIVE);
  EXPECT_EQ(StateOf("sub-1"), billing::v1::SUBSCRIPTION_STATE_DELETED);
  clock_.Advance(kRetryFirstUs);
  EXPECT_EQ(Step(), 0u) << "the refused one is not due any more";
}

TEST_F(SchedulerLoadTest, WhatFailsIsTriedAgainLaterAndLater) {
  StartWithDue(kScheduledAtOnceMax + 1);
  AnsweringEngine engine(*engine_);
  StartSteadyScheduler(&engine);
  EXPECT_EQ(Step(), kScheduledAtOnceMax);
  EXPECT_EQ(Step(), 1u) << "a row that fails holds up no other";
  EXPECT_EQ(Step(), 0u);
  for (int64_t wait_us = kRetryFirstUs; wait_us < kRetryMaxUs; wait_us *= 2) {
    clock_.Advance(wait_us - 1);
    EXPECT_EQ(Step(), 0u) << wait_us;
    clock_.Advance(1);
    EXPECT_EQ(Step(), kScheduledAtOnceMax) << wait_us;
    EXPECT_EQ(Step(), 1u) << wait_us;
  }
  clock_.Advance(kRetryMaxUs);
  EXPECT_EQ(Step(), kScheduledAtOnceMax);
  EXPECT_EQ(engine.asked().size(), kScheduledAtOnceMax + 1);
  scheduler_.reset();
}

TEST_F(SchedulerLoadTest, WhatConcernsAllEndsTheRound) {
  StartWithDue(kScheduledAtOnceMax + 1);
  for (const NotDone::Kind kind :
       {NotDone::Kind::kOverloaded, NotDone::Kind::kStorageFull, NotDone::Kind::kStopping,
        NotDone::Kind::kClockSuspect, NotDone::Kind::kUnknown}) {
    AnsweringEngine engine(*engine_);
    engine.Answer(kind);
    StartSteadyScheduler(&engine);
    EXPECT_EQ(Step(), kScheduledAtOnceMax);
    EXPECT_EQ(Step(), 0u);
    clock_.Advance(kRetryFirstUs);
    EXPECT_EQ(Step(), kScheduledAtOnceMax) << "from the first one";
    scheduler_.reset();
  }
}

TEST_F(SchedulerLoadTest, AfterASuccessPatienceBeginsAnew) {
  StartWithDue(1);
  AnsweringEngine engine(*engine_);
  StartSteadyScheduler(&engine);
  EXPECT_EQ(Step(), 1u);
  clock_.Advance(kRetryFirstUs);
  EXPECT_EQ(Step(), 1u) << "failed again; the next time would be after twice as long";
  ASSERT_EQ(Describe(Do(DeleteCommand("sub-0"), kSchedulerTestOperator)), "Accepted");
  clock_.Advance(2 * kRetryFirstUs);
  EXPECT_EQ(Step(), 0u) << "nothing is left to be tried again";
  Do(Subscribe("later"));
  Disable("later");
  clock_.Advance(kRetentionUs);
  EXPECT_EQ(Step(), 1u);
  clock_.Advance(kRetryFirstUs);
  EXPECT_EQ(Step(), 1u);
  scheduler_.reset();
}

TEST_F(SchedulerLoadTest, AFullDiskIsWaitedFor) {
  StartWithDue(1);
  StopAll();
  options_.free_bytes_min = std::numeric_limits<uint64_t>::max();
  StartEngine();
  StartSteadyScheduler();
  const uint64_t head = log_->Head();
  EXPECT_EQ(Step(), 1u);
  EXPECT_EQ(Step(), 0u);
  EXPECT_EQ(log_->Head(), head);
  StopAll();
  options_.free_bytes_min = 0;
  StartEngine();
  StartSteadyScheduler();
  EXPECT_EQ(Step(), 1u);
  EXPECT_EQ(Deletions(), 1u) << "its request id was not spent";
}

}  // namespace
}  // namespace billing::server
