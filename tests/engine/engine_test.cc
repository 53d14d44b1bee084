#include "server/engine/engine.h"

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

using ::testing::AnyOf;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::VariantWith;

Accepted MustAccept(Outcome outcome) {
  if (auto* accepted = std::get_if<Accepted>(&outcome)) return std::move(*accepted);
  if (auto* refused = std::get_if<Refused>(&outcome)) {
    ADD_FAILURE() << "refused: " << refused->refusal.ShortDebugString();
  } else {
    ADD_FAILURE() << "not done: " << std::get<NotDone>(outcome).detail;
  }
  return {};
}

Refused MustRefuse(Outcome outcome) {
  if (auto* refused = std::get_if<Refused>(&outcome)) return *refused;
  ADD_FAILURE() << "not refused";
  return {};
}

NotDone::Kind MustNotBeDone(const Outcome& outcome) {
  if (const auto* not_done = std::get_if<NotDone>(&outcome)) return not_done->kind;
  ADD_FAILURE() << "was judged";
  return NotDone::Kind::kReadFailed;
}

constexpr char kOperator[] = "services/operator";

TEST_F(EngineTest, EveryFactHasItsPositionWithoutGaps) {
  StartEngine();
  EXPECT_EQ(MustAccept(Do(OpenAccount("acme"), kOperator)).receipt.position, 1u);
  EXPECT_EQ(MustAccept(Do(Subscribe("web"))).receipt.position, 2u);
  const Accepted added = MustAccept(Do(AddCardActive("visa", "web")));
  EXPECT_EQ(added.receipt.position, 4u) << "CardAdded and ActiveCardChanged";
  ASSERT_EQ(added.answer->moved_subscriptions_size(), 1);
  EXPECT_EQ(added.answer->moved_subscriptions(0), "subscriptions/web");
  EXPECT_EQ(added.receipt.leaf_hash.size(), 32u);
  EXPECT_EQ(log_->Head(), 4u);
}

TEST_F(EngineTest, RowsArePublishedBeforeTheAnswer) {
  StartEngine();
  const uint64_t position = MustAccept(Do(OpenAccount("acme"), kOperator)).receipt.position;
  EXPECT_EQ(engine_->Current()->position(), position);
}

TEST_F(EngineTest, ARefusalIsRecordedAndChangesNothing) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  MustAccept(Do(AddCard("visa")));
  MustAccept(Do(Subscribe("web", "visa")));
  const Refused refused = MustRefuse(Do(Remove("visa")));
  EXPECT_EQ(refused.refusal.reason(), "CARD_NOT_REMOVABLE");
  EXPECT_EQ(refused.position, 3u);
  EXPECT_EQ(refused.event_position, 4u);
  ASSERT_EQ(refused.refusal.blockers_size(), 1);
  EXPECT_EQ(refused.refusal.blockers(0).subject(), "subscriptions/web");
}

TEST_F(EngineTest, AStrangerLeavesNoTraceWhetherTheAccountExistsOrNot) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  EXPECT_EQ(MustRefuse(Do(AddCard("visa"), "users/mallory")).refusal.reason(), "ROLE_REQUIRED");
  billing::v1::Command elsewhere = AddCard("visa");
  elsewhere.mutable_add_card()->set_parent("billingAccounts/nowhere");
  EXPECT_EQ(MustRefuse(Do(elsewhere, "users/mallory")).refusal.reason(), "ROLE_REQUIRED");
  EXPECT_EQ(log_->Head(), 1u);
}

TEST_F(EngineTest, AnAbandonedCallIsNotAppended) {
  StartEngine();
  auto outcome = DoLater(OpenAccount("acme"), kOperator, [] { return true; });
  EXPECT_EQ(MustNotBeDone(outcome.get()), NotDone::Kind::kCancelled);
  EXPECT_EQ(log_->Head(), 0u);
}

TEST_F(EngineTest, AFullQueueAnswersAtOnce) {
  options_.queue_max = 2;
  StartEngine();
  log_->Hold();
  auto first = DoLater(OpenAccount("acme"), kOperator);
  log_->WaitUntilHeld();
  auto second = DoLater(OpenAccount("acme-two"), kOperator);
  auto third = DoLater(OpenAccount("acme-three"), kOperator);
  EXPECT_EQ(MustNotBeDone(Do(OpenAccount("acme-four"), kOperator)), NotDone::Kind::kOverloaded);
  log_->Release();
  MustAccept(first.get());
  MustAccept(second.get());
  MustAccept(third.get());
}

TEST_F(EngineTest, WhatWaitsTogetherIsOneBatch) {
  StartEngine();
  log_->Hold();
  auto first = DoLater(OpenAccount("acme"), kOperator);
  log_->WaitUntilHeld();
  std::vector<std::future<Outcome>> later;
  for (int i = 0; i < 20; ++i) later.push_back(DoLater(AddCard(absl::StrCat("card-", i))));
  log_->Release();
  MustAccept(first.get());
  for (auto& outcome : later) MustAccept(outcome.get());
  EXPECT_EQ(engine_->GetStatus().batches, 2u);
}

TEST_F(EngineTest, ABatchIsReportedBeforeItsCommandsAreAnswered) {
  std::vector<BatchReport> reports;
  options_.batch_written = [&](const BatchReport& report) { reports.push_back(report); };
  StartEngine();
  log_->Hold();
  auto first = DoLater(OpenAccount("acme"), kOperator);
  log_->WaitUntilHeld();
  auto second = DoLater(AddCard("visa"));
  auto refused = DoLater(AddCard("visa"));
  auto unrecorded = DoLater(AddCard("amex"), "users/mallory");
  clock_.Advance(250);
  log_->Release();
  MustAccept(first.get());
  MustAccept(second.get());
  refused.get();
  unrecorded.get();
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].commands, 1u);
  EXPECT_EQ(reports[0].append_us, 250);
  EXPECT_EQ(reports[0].us, 250);
  EXPECT_EQ(reports[1].commands, 3u) << "the one that left no record included";
  EXPECT_EQ(reports[1].append_us, 0);
  const auto records = log_->Read(1, 10);
  ASSERT_TRUE(records.ok() && records->size() == 3) << records.status();
  EXPECT_EQ(reports[0].bytes, (*records)[0].bytes.size());
  EXPECT_EQ(reports[1].bytes, (*records)[1].bytes.size() + (*records)[2].bytes.size());
}

TEST_F(EngineTest, ABatchThatLeavesNoRecordIsNotReported) {
  std::vector<BatchReport> reports;
  options_.batch_written = [&](const BatchReport& report) { reports.push_back(report); };
  StartEngine();
  EXPECT_TRUE(std::holds_alternative<Refused>(Do(AddCard("visa"), "users/mallory")));
  EXPECT_TRUE(reports.empty());
}

TEST_F(EngineTest, ABatchEndsWithTheCommandThatFillsItsRecords) {
  options_.batch_records_max = 4;
  StartEngine();
  log_->Hold();
  auto first = DoLater(OpenAccount("acme"), kOperator);
  log_->WaitUntilHeld();
  std::vector<std::future<Outcome>> later;
  for (int i = 0; i < 10; ++i) later.push_back(DoLater(AddCard(absl::StrCat("card-", i))));
  log_->Release();
  MustAccept(first.get());
  for (auto& outcome : later) MustAccept(outcome.get());
  EXPECT_EQ(engine_->GetStatus().batches, 1u + 3u) << "of 4, 4 and 2 records";
}

TEST_F(EngineTest, ACommandSeesTheOnesBeforeItInTheSameBatch) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  log_->Hold();
  auto held = DoLater(Subscribe("other"));
  log_->WaitUntilHeld();
  auto added = DoLater(AddCard("visa"));
  auto subscribed = DoLater(Subscribe("web", "visa"));
  auto removed = DoLater(Remove("visa"));
  log_->Release();
  MustAccept(added.get());
  MustAccept(subscribed.get());
  EXPECT_EQ(MustRefuse(removed.get()).refusal.reason(), "CARD_NOT_REMOVABLE");
  MustAccept(held.get());
}

TEST_F(EngineTest, AFailedSyncAnswersUnknownAndEndsAllWriting) {
  StartEngine();
  absl::Status failure;
  engine_->OnFailure([&](absl::Status status) { failure = status; });
  log_->FailNext();
  EXPECT_EQ(MustNotBeDone(Do(OpenAccount("acme"), kOperator)), NotDone::Kind::kUnknown);
  EXPECT_EQ(MustNotBeDone(Do(OpenAccount("acme"), kOperator)), NotDone::Kind::kStopping);
  EXPECT_FALSE(engine_->Stop().ok());
  EXPECT_THAT(failure.message(), HasSubstr("injected"));
  EXPECT_EQ(log_->Head(), 0u);
}

TEST_F(EngineTest, KeysThatCannotBeWrittenEndAllWritingWithCertainty) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  absl::Status failure;
  engine_->OnFailure([&](const absl::Status& status) { failure = status; });
  log_->Hold();
  auto held = DoLater(Remove("nothing"));
  log_->WaitUntilHeld();
  vault_->FailWrites();
  auto failing = DoLater(AddCard("visa"));
  auto after = DoLater(Remove("nothing"));
  log_->Release();
  const uint64_t head = MustRefuse(held.get()).event_position;
  EXPECT_EQ(MustNotBeDone(failing.get()), NotDone::Kind::kStopping);
  EXPECT_EQ(MustNotBeDone(after.get()), NotDone::Kind::kStopping);
  EXPECT_FALSE(engine_->Stop().ok());
  EXPECT_THAT(failure.message(), HasSubstr("injected"));
  EXPECT_EQ(log_->Head(), head);
}

TEST_F(EngineTest, WhoAsksAfterItFailedIsToldAtOnce) {
  StartEngine();
  log_->FailNext();
  MustNotBeDone(Do(OpenAccount("acme"), kOperator));
  EXPECT_FALSE(engine_->Stop().ok());
  std::vector<absl::Status> told;
  engine_->OnFailure([&](const absl::Status& status) { told.push_back(status); });
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told.front().message(), HasSubstr("injected"));
}

TEST_F(EngineTest, ACommandThatCannotBeRecordedFailsAlone) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  bool accepted = false;
  // Reads fail ever later on the way of a command that shares its batch with others.
  for (int reads = 1; !accepted; ++reads) {
    ASSERT_LT(reads, 100);
    log_->Hold();
    auto held = DoLater(Remove("nothing"));
    log_->WaitUntilHeld();
    auto failing = DoLater(AddCard("visa"), "users/alice", [&] {
      rows_->FailFromStatus(reads);
      return false;
    });
    auto after = DoLater(Remove("nothing"), "users/alice", [&] {
      rows_->FailNoMore();
      return false;
    });
    log_->Release();
    const uint64_t head = MustRefuse(held.get()).event_position;
    const Outcome outcome = failing.get();
    accepted = std::holds_alternative<Accepted>(outcome);
    if (!accepted) {
      EXPECT_EQ(MustNotBeDone(outcome), NotDone::Kind::kReadFailed);
    }
    EXPECT_EQ(MustRefuse(after.get()).event_position, head + (accepted ? 2 : 1)) << reads;
  }
  // As if none had failed: folded again, the log gives the same.
  EXPECT_TRUE(engine_->Stop().ok());
  StopEngine();
  StartEngine();
  MustAccept(Do(Remove("visa")));
}

TEST_F(EngineTest, NobodySeesWhatFailedToBecomeDurable) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  log_->FailNext();
  MustNotBeDone(Do(AddCard("visa")));
  EXPECT_EQ(engine_->Current()->position(), 1u);
}

TEST_F(EngineTest, RefusalsBeyondTheLimitAreNotRecordedAndSpendNoRequestId) {
  options_.refusals_per_minute = 2;
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  MustRefuse(Do(Remove("visa")));
  MustRefuse(Do(Remove("visa")));
  EXPECT_EQ(MustNotBeDone(Do(Remove("visa", RequestId(7)))), NotDone::Kind::kRefusalLimit);
  EXPECT_EQ(log_->Head(), 3u);
  MustAccept(Do(AddCard("visa")));  // what succeeds is never held back
  clock_.Advance(60'000'000);
  MustAccept(Do(Remove("visa", RequestId(7))));
}

TEST_F(EngineTest, TimeNeverDecreasesAlongTheLog) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  clock_.Jump(-3'600'000'000);
  EXPECT_EQ(engine_->Now().us, kNoonUs) << "for reads as well";
  EXPECT_EQ(MustAccept(Do(AddCard("visa"))).receipt.commit_time_us, kNoonUs);
}

TEST_F(EngineTest, AClockThatRanAwayIsSuspectUntilItAgrees) {
  StartEngine();
  clock_.Jump(61'000'000);
  EXPECT_EQ(engine_->Now().us, kNoonUs) << "what has passed, not what the clock says";
  EXPECT_EQ(MustNotBeDone(Do(OpenAccount("acme"), kOperator)), NotDone::Kind::kClockSuspect);
  const kernel::Caller caller{*kernel::Principal::Parse(kOperator)};
  EXPECT_EQ(MustNotBeDone(engine_->Validate(Parse(OpenAccount("acme")), caller)),
            NotDone::Kind::kClockSuspect);
  clock_.Jump(-61'000'000);
  MustAccept(Do(OpenAccount("acme"), kOperator));
}

TEST_F(EngineTest, AClockFarBehindTheLogRefusesTheStartUnlessAccepted) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  StopEngine();
  clock_.Jump(-301'000'000);
  EXPECT_EQ(TryStart().code(), absl::StatusCode::kFailedPrecondition);
  StopEngine();
  options_.accept_clock = true;
  StartEngine();
  EXPECT_EQ(engine_->GetStatus().clock_behind_us, 301'000'000);
  EXPECT_EQ(MustAccept(Do(AddCard("visa"))).receipt.commit_time_us, kNoonUs);
}

TEST_F(EngineTest, AFullDiskRefusesWritesBeforeTheStoreSeesThem) {
  options_.free_bytes_min = UINT64_MAX;
  StartEngine();
  EXPECT_EQ(MustNotBeDone(Do(OpenAccount("acme"), kOperator)), NotDone::Kind::kStorageFull);
  EXPECT_EQ(log_->Head(), 0u);
}

TEST_F(EngineTest, AStartBelowTheFloorServesReadsAndHoldsRowsBack) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  StopEngine();
  std::filesystem::remove_all(folder_ / "views");
  options_.free_bytes_min = UINT64_MAX;
  StartEngine();
  EXPECT_EQ(engine_->Current()->position(), 1u);
  EXPECT_EQ(MustNotBeDone(Do(AddCard("visa"))), NotDone::Kind::kStorageFull);
  EXPECT_EQ(engine_->GetStatus().records_behind, 1u);
  EXPECT_EQ(engine_->Stop(), absl::OkStatus()) << "the log has it all";
  EXPECT_EQ(rows_->Close().code(), absl::StatusCode::kResourceExhausted);
  rows_ = nullptr;
  options_.free_bytes_min = 0;
  StartEngine();
  MustAccept(Do(AddCard("visa")));
}

TEST_F(EngineTest, RowsWithoutSpaceRefuseWritesUntilThereIsSome) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  rows_->SetShortOfSpace(true);
  EXPECT_EQ(MustNotBeDone(Do(AddCard("visa"))), NotDone::Kind::kStorageFull);
  EXPECT_EQ(log_->Head(), 1u);
  rows_->SetShortOfSpace(false);
  MustAccept(Do(AddCard("visa")));
}

TEST_F(EngineTest, ACheckpointThatCannotBeKeptDoesNotKeepAStopFromWritingTheRest) {
  store_options_.idle_ms = 3'600'000;
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  ASSERT_EQ(engine_->GetStatus().records_behind, 1u);
  log_->FailCheckpoints();
  EXPECT_THAT(engine_->Stop().message(), HasSubstr("no checkpoint is kept"));
  EXPECT_EQ(engine_->GetStatus().records_behind, 0u);
}

TEST_F(EngineTest, AwaitSettlesWhenThePositionIsPublished) {
  StartEngine();
  std::promise<bool> reached;
  engine_->Await(1, clock_.SteadyUs() + 60'000'000, [&](bool there) { reached.set_value(there); });
  MustAccept(Do(OpenAccount("acme"), kOperator));
  EXPECT_TRUE(reached.get_future().get());
}

TEST_F(EngineTest, AwaitGivesUpAtItsDeadline) {
  StartEngine();
  std::promise<bool> reached;
  engine_->Await(1, clock_.SteadyUs(), [&](bool there) { reached.set_value(there); });
  EXPECT_FALSE(reached.get_future().get());
}

TEST_F(EngineTest, NobodyWaitsOnceWaitsAreEndedAndCommandsGoOn) {
  StartEngine();
  std::vector<bool> reached;
  const auto note = [&reached](bool there) { reached.push_back(there); };
  const int64_t for_ever = clock_.SteadyUs() + 60'000'000;
  EXPECT_TRUE(engine_->Await(1, for_ever, note));
  EXPECT_TRUE(reached.empty());
  engine_->EndWaits();
  EXPECT_EQ(reached, (std::vector<bool>{false}));
  EXPECT_TRUE(engine_->Await(1, for_ever, note));
  EXPECT_EQ(reached, (std::vector<bool>{false, false}));
  MustAccept(Do(OpenAccount("acme"), kOperator));
  EXPECT_TRUE(engine_->Await(1, for_ever, note));
  EXPECT_EQ(reached, (std::vector<bool>{false, false, true}));
}

// Whoever does upkeep looks at the clock, more than once, whenever it is woken.
TEST_F(EngineTest, WhoWaitsForLongWakesNobody) {
  constexpr int kCommands = 200;
  constexpr int64_t kHourUs = int64_t{3'600} * 1'000'000;
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  const auto reads_of_commands = [&](bool waits) {
    const int before = clock_.steady_reads();
    for (int i = 0; i < kCommands; ++i) {
      if (waits) engine_->Await(log_->Head() + 1, clock_.SteadyUs() + kHourUs, [](bool) {});
      // The first is added, the others are refused; each is a record.
      Do(AddCard("visa"));
    }
    return clock_.steady_reads() - before;
  };
  const int alone = reads_of_commands(/*waits=*/false);
  const int waiting = reads_of_commands(/*waits=*/true);
  ASSERT_EQ(log_->Head(), 1u + 2 * kCommands);
  constexpr int kReadsOfOneWait = 2;  // here, and in Await
  EXPECT_LT(waiting - alone, (kReadsOfOneWait + 1) * kCommands);
}

TEST_F(EngineTest, ValidateAnswersAsTheCommandWouldAndRecordsNothing) {
  StartEngine();
  MustAccept(Do(OpenAccount("acme"), kOperator));
  kernel::Caller alice{*kernel::Principal::Parse("users/alice")};
  const Accepted dry = MustAccept(engine_->Validate(Parse(AddCard("visa")), alice));
  EXPECT_EQ(log_->Head(), 1u);
  EXPECT_EQ(dry.receipt.position, 1u);
  Accepted real = MustAccept(Do(AddCard("visa")));
  real.answer->clear_personal();
  storage::v1::Answer dry_answer = *dry.answer;
  dry_answer.clear_personal();
  EXPECT_EQ(dry_answer.DebugString(), real.answer->DebugString());
}

TEST_F(EngineTest, AnAnswerWithACardSaysWhatItsCallerMaySee) {
  StartEngine();
  EXPECT_FALSE(MustAccept(Do(OpenAccount("acme"), kOperator)).sight.account) << "nothing to hide";
  const kernel::Caller alice{*kernel::Principal::Parse("users/alice")};
  const Accepted dry = MustAccept(engine_->Validate(Parse(AddCard("visa")), alice));
  const Accepted real = MustAccept(Do(AddCard("visa", RequestId(1))));
  const Accepted again = MustAccept(Do(AddCard("visa", RequestId(1))));
  EXPECT_TRUE(again.receipt.replayed);
  for (const Accepted* accepted : {&dry, &real, &again}) {
    EXPECT_TRUE(accepted->sight.account);
    EXPECT_TRUE(accepted->sight.personal);
    EXPECT_FALSE(accepted->sight.vault_token);
  }
}

}  // namespace
}  // namespace billing::server
