// Commands judged while the batch before theirs is still being appended.
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "projections/state/state_reader.h"
#include "tests/engine/engine_fixture.h"

namespace billing::server {
namespace {

using ::testing::Field;
using ::testing::VariantWith;

constexpr char kOperator[] = "services/operator";

bool IsAnswered(const std::future<Outcome>& outcome) {
  return outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

// Each batch is due as soon as it has a command: what comes after that is judged while it is
// appended.
class JudgingAheadTest : public EngineTest {
 protected:
  JudgingAheadTest() { options_.batch_us = 0; }

  // The append of the first is held; all others are judged when this returns.
  std::vector<std::future<Outcome>> HoldFirstOf(const std::vector<billing::v1::Command>& commands) {
    log_->Hold();
    std::vector<std::future<Outcome>> outcomes;
    for (const billing::v1::Command& command : commands) {
      outcomes.push_back(DoLater(command));
      if (outcomes.size() == 1) log_->WaitUntilHeld();
    }
    AwaitTaken(Remove("nothing"));
    return outcomes;
  }

  // Returns once it is taken up: all before it are judged. It is never judged itself.
  void AwaitTaken(const billing::v1::Command& command) {
    const auto taken = std::make_shared<std::promise<void>>();
    auto is_taken = taken->get_future();
    DoLater(command, "users/alice", [taken] {
      taken->set_value();
      return true;
    });
    EXPECT_EQ(is_taken.wait_for(std::chrono::seconds(10)), std::future_status::ready)
        << "the writer judges nothing";
  }

  void OpenAcme() {
    ASSERT_TRUE(std::holds_alternative<Accepted>(Do(OpenAccount("acme"), kOperator)));
  }
};

// Batches are not due for their age: the clock stands still.
class HandingOverTest : public JudgingAheadTest {
 protected:
  HandingOverTest() { options_.batch_us = 1; }

  // All of them wait when the writer takes up the first; the next append is held.
  std::vector<std::future<Outcome>> GiveTogether(
      const std::vector<billing::v1::Command>& commands) {
    log_->Hold();
    auto before = DoLater(AddCard("before"));
    log_->WaitUntilHeld();
    std::vector<std::future<Outcome>> outcomes;
    for (const billing::v1::Command& command : commands) outcomes.push_back(DoLater(command));
    log_->ReleaseOne();
    EXPECT_TRUE(std::holds_alternative<Accepted>(before.get()));
    log_->WaitUntilHeld();
    return outcomes;
  }
};

TEST_F(HandingOverTest, ABatchOfManyIsAppendedBesideWhatComesThoughNoneWaits) {
  options_.batch_commands_alone = 1;
  StartEngine();
  OpenAcme();
  const uint64_t batches = engine_->GetStatus().batches;
  auto outcomes = GiveTogether({AddCard("visa"), AddCard("amex")});
  AwaitTaken(Remove("nothing"));
  for (const auto& outcome : outcomes) EXPECT_FALSE(IsAnswered(outcome));
  log_->Release();
  for (auto& outcome : outcomes) EXPECT_TRUE(std::holds_alternative<Accepted>(outcome.get()));
  EXPECT_EQ(engine_->GetStatus().batches, batches + 2) << "the one before, and both";
}

TEST_F(HandingOverTest, ABatchIsDueOnceItHasEnoughCommands) {
  options_.batch_commands_due = 2;
  StartEngine();
  OpenAcme();
  const uint64_t batches = engine_->GetStatus().batches;
  auto outcomes = GiveTogether({AddCard("visa"), AddCard("amex"), AddCard("maestro")});
  AwaitTaken(Remove("nothing"));
  log_->Release();
  for (auto& outcome : outcomes) EXPECT_TRUE(std::holds_alternative<Accepted>(outcome.get()));
  EXPECT_EQ(engine_->GetStatus().batches, batches + 3) << "the one before, two, and the last";
}

TEST_F(JudgingAheadTest, NobodySeesAnythingBeforeItIsDurable) {
  StartEngine();
  OpenAcme();
  auto outcomes = HoldFirstOf({AddCard("visa"), Subscribe("web", "visa"), Remove("visa")});
  const uint64_t before = log_->Head();
  EXPECT_EQ(engine_->Current()->position(), before);
  EXPECT_EQ(engine_->GetStatus().head, before);
  for (const auto& outcome : outcomes) EXPECT_FALSE(IsAnswered(outcome));
  log_->Release();
  const Outcome added = outcomes[0].get();
  const Outcome subscribed = outcomes[1].get();
  const Outcome removed = outcomes[2].get();
  ASSERT_TRUE(std::holds_alternative<Accepted>(added));
  ASSERT_TRUE(std::holds_alternative<Accepted>(subscribed));
  ASSERT_TRUE(std::holds_alternative<Refused>(removed));
  EXPECT_EQ(std::get<Accepted>(added).receipt.position, before + 1);
  EXPECT_EQ(std::get<Accepted>(subscribed).receipt.position, before + 2);
  EXPECT_EQ(std::get<Refused>(removed).refusal.reason(), "CARD_NOT_REMOVABLE");
  EXPECT_EQ(std::get<Refused>(removed).event_position, before + 3);
  EXPECT_EQ(engine_->GetStatus().batches, 3u) << "the account, the first, the others";
}

TEST_F(JudgingAheadTest, RowsOfABatchAreThoseThatItLeft) {
  StartEngine();
  OpenAcme();
  // Both change the account's head.
  auto outcomes = HoldFirstOf({AddCard("visa"), AddCard("amex")});
  const uint64_t before = log_->Head();
  rows_->Hold();
  log_->Release();
  rows_->WaitUntilHeld(TestRows::Held::kUnseen);
  rows_->Release();
  rows_->WaitUntilHeld(TestRows::Held::kSeen);
  const auto version = engine_->Current();
  rows_->Release();
  EXPECT_EQ(version->position(), before + 1);
  const projections::StateReader states(*version);
  const auto account = states.FindAccount(*kernel::AccountId::Parse("acme"));
  ASSERT_TRUE(account);
  EXPECT_EQ(states.Head(*account).live_cards, 1u);
  EXPECT_EQ(states.Cards(*account, "", 10).size(), 1u);
  for (auto& outcome : outcomes) EXPECT_TRUE(std::holds_alternative<Accepted>(outcome.get()));
  EXPECT_EQ(states.Head(*account).live_cards, 1u) << "also once there are more";
}

TEST_F(JudgingAheadTest, WhatLeavesNoRecordWaitsForWhatItWasJudgedBy) {
  StartEngine();
  OpenAcme();
  billing::v1::Command elsewhere = AddCard("amex");
  elsewhere.mutable_add_card()->set_parent("billingAccounts/nowhere");
  auto outcomes = HoldFirstOf({AddCard("visa"), elsewhere});
  EXPECT_FALSE(IsAnswered(outcomes[1]));
  log_->Release();
  const Outcome refused = outcomes[1].get();
  ASSERT_TRUE(std::holds_alternative<Refused>(refused));
  EXPECT_EQ(std::get<Refused>(refused).event_position, 0u);
  EXPECT_TRUE(std::holds_alternative<Accepted>(outcomes[0].get()));
}

TEST_F(JudgingAheadTest, ARepeatOfWhatIsNotDurableYetIsAnsweredAfterIt) {
  StartEngine();
  OpenAcme();
  auto outcomes = HoldFirstOf({AddCard("visa", RequestId(1)), AddCard("visa", RequestId(1))});
  EXPECT_FALSE(IsAnswered(outcomes[1]));
  log_->Release();
  const Outcome first = outcomes[0].get();
  const Outcome repeat = outcomes[1].get();
  ASSERT_TRUE(std::holds_alternative<Accepted>(first));
  ASSERT_TRUE(std::holds_alternative<Accepted>(repeat));
  EXPECT_TRUE(std::get<Accepted>(repeat).receipt.replayed);
  EXPECT_EQ(std::get<Accepted>(repeat).receipt.position,
            std::get<Accepted>(first).receipt.position);
}

TEST_F(JudgingAheadTest, AFailedSyncIsUnknownOfItsBatchAndEndsTheNextWithCertainty) {
  StartEngine();
  OpenAcme();
  auto outcomes = HoldFirstOf({AddCard("visa"), AddCard("amex"), AddCard("maestro")});
  const uint64_t before = log_->Head();
  log_->FailNext();
  log_->Release();
  EXPECT_THAT(outcomes[0].get(),
              VariantWith<NotDone>(Field(&NotDone::kind, NotDone::Kind::kUnknown)));
  for (size_t i : {1, 2}) {
    EXPECT_THAT(outcomes[i].get(),
                VariantWith<NotDone>(Field(&NotDone::kind, NotDone::Kind::kStopping)));
  }
  EXPECT_EQ(engine_->Current()->position(), before);
  EXPECT_EQ(log_->Head(), before);
  EXPECT_FALSE(engine_->Stop().ok());
}

TEST_F(JudgingAheadTest, ARepeatOfWhatIsUndecidedIsUnknownToo) {
  StartEngine();
  OpenAcme();
  auto outcomes = HoldFirstOf({AddCard("visa", RequestId(1)), AddCard("visa", RequestId(1)),
                               AddCard("amex", RequestId(2)), AddCard("amex", RequestId(2))});
  log_->FailNext();
  log_->Release();
  for (size_t i : {0, 1}) {
    EXPECT_THAT(outcomes[i].get(),
                VariantWith<NotDone>(Field(&NotDone::kind, NotDone::Kind::kUnknown)));
  }
  // These were never appended, neither the first nor its repeat.
  for (size_t i : {2, 3}) {
    EXPECT_THAT(outcomes[i].get(),
                VariantWith<NotDone>(Field(&NotDone::kind, NotDone::Kind::kStopping)));
  }
}

TEST_F(JudgingAheadTest, ARepeatThatStillWaitsOrComesLaterIsUnknownToo) {
  options_.batch_commands_max = 1;
  StartEngine();
  OpenAcme();
  log_->Hold();
  auto first = DoLater(AddCard("visa", RequestId(1)));
  log_->WaitUntilHeld();
  // The second is judged; those behind it wait, for the batch is full.
  auto second = DoLater(AddCard("amex", RequestId(2)));
  auto repeat = DoLater(AddCard("visa", RequestId(1)));
  auto other = DoLater(AddCard("jcb", RequestId(3)));
  auto without_id = DoLater(AddCard("visa"));
  log_->FailNext();
  log_->Release();
  const auto is = [](NotDone::Kind kind) {
    return VariantWith<NotDone>(Field(&NotDone::kind, kind));
  };
  EXPECT_THAT(first.get(), is(NotDone::Kind::kUnknown));
  EXPECT_THAT(second.get(), is(NotDone::Kind::kStopping));
  EXPECT_THAT(repeat.get(), is(NotDone::Kind::kUnknown));
  EXPECT_THAT(other.get(), is(NotDone::Kind::kStopping));
  EXPECT_THAT(without_id.get(), is(NotDone::Kind::kStopping));
  // Whoever comes now may repeat it, or not: nobody looks any more.
  EXPECT_THAT(Do(AddCard("visa", RequestId(1))), is(NotDone::Kind::kUnknown));
  EXPECT_THAT(Do(AddCard("visa")), is(NotDone::Kind::kStopping));
  EXPECT_FALSE(engine_->Stop().ok());
}

TEST_F(JudgingAheadTest, ARepeatOfWhatHappenedLongBeforeAFailureIsNotToldThatItHasNot) {
  options_.batch_commands_max = 1;
  StartEngine();
  OpenAcme();
  ASSERT_TRUE(std::holds_alternative<Accepted>(Do(AddCard("visa", RequestId(1)))));
  log_->Hold();
  auto first = DoLater(AddCard("amex", RequestId(2)));
  log_->WaitUntilHeld();
  // Its batch is full with it; those behind it wait.
  auto repeat = DoLater(AddCard("visa", RequestId(1)));
  auto waiting = DoLater(AddCard("visa", RequestId(1)));
  auto other = DoLater(AddCard("jcb", RequestId(3)));
  log_->RefuseNext();
  log_->Release();
  const auto is = [](NotDone::Kind kind) {
    return VariantWith<NotDone>(Field(&NotDone::kind, kind));
  };
  EXPECT_THAT(first.get(), is(NotDone::Kind::kStopping));
  EXPECT_THAT(repeat.get(), is(NotDone::Kind::kUnknown));
  EXPECT_THAT(waiting.get(), is(NotDone::Kind::kUnknown));
  EXPECT_THAT(other.get(), is(NotDone::Kind::kStopping));
  EXPECT_THAT(Do(AddCard("visa", RequestId(1))), is(NotDone::Kind::kUnknown));
  EXPECT_FALSE(engine_->Stop().ok());
}

TEST_F(JudgingAheadTest, ARepeatOfWhatIsBeingAppendedWhenSomethingElseFailsIsUnknown) {
  StartEngine();
  OpenAcme();
  std::promise<void> failed;
  engine_->OnFailure([&failed](const absl::Status&) { failed.set_value(); });
  log_->Hold();
  auto first = DoLater(AddCard("visa", RequestId(1)));
  log_->WaitUntilHeld();
  log_->FailCheckpoints();
  clock_.Advance(2'000'000);
  failed.get_future().wait();
  const auto is = [](NotDone::Kind kind) {
    return VariantWith<NotDone>(Field(&NotDone::kind, kind));
  };
  EXPECT_THAT(Do(AddCard("visa", RequestId(1))), is(NotDone::Kind::kUnknown));
  EXPECT_THAT(Do(AddCard("visa")), is(NotDone::Kind::kStopping));
  log_->Release();
  EXPECT_TRUE(std::holds_alternative<Accepted>(first.get()));
  EXPECT_FALSE(engine_->Stop().ok());
}

TEST_F(JudgingAheadTest, AFailureWhileJudgingLeavesTheBatchThatIsAppendedAsItIs) {
  bool is_over = false;
  // Reads fail ever later on the way of the second command.
  for (int reads = 1; !is_over; ++reads) {
    ASSERT_LT(reads, 100);
    StartEngine();
    if (log_->Head() == 0) OpenAcme();
    const std::string card = absl::StrCat("visa-", reads);
    log_->Hold();
    auto first = DoLater(AddCard(card));
    log_->WaitUntilHeld();
    std::promise<void> taken;
    auto middle = DoLater(AddCard(card + "-m"));
    auto second = DoLater(AddCard(card + "-b"), "users/alice", [&] {
      rows_->FailFromStatus(reads);
      taken.set_value();
      return false;
    });
    taken.get_future().wait();
    log_->Release();
    const Outcome appended = first.get();
    ASSERT_TRUE(std::holds_alternative<Accepted>(appended));
    const uint64_t position = std::get<Accepted>(appended).receipt.position;
    const Outcome before = middle.get();
    const Outcome outcome = second.get();
    rows_->FailNoMore();
    is_over = std::holds_alternative<Accepted>(outcome);
    if (!is_over) {
      EXPECT_THAT(outcome, VariantWith<NotDone>(Field(&NotDone::kind, NotDone::Kind::kReadFailed)));
    }
    if (const auto* added = std::get_if<Accepted>(&before)) {
      EXPECT_EQ(added->receipt.position, position + 1);
    }
    StopEngine();
  }
}

TEST_F(JudgingAheadTest, NothingIsJudgedAheadOfABorderThatIsDue) {
  StartEngine();
  OpenAcme();
  auto outcomes = HoldFirstOf({AddCard("visa"), AddCard("amex")});
  // From the next publish on; what was judged already is committed as it is.
  rows_->SetBorderDue(true);
  rows_->Hold();
  log_->Release();
  rows_->WaitUntilHeld(TestRows::Held::kUnseen);
  log_->Hold();
  std::promise<void> taken;
  auto later = DoLater(AddCard("maestro"), "users/alice", [&taken] {
    taken.set_value();
    return false;
  });
  auto is_taken = taken.get_future();
  rows_->Release();
  rows_->WaitUntilHeld(TestRows::Held::kSeen);
  rows_->Release();
  log_->WaitUntilHeld();
  EXPECT_EQ(is_taken.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  EXPECT_EQ(log_->Head(), engine_->Current()->position()) << "the others are being appended";
  log_->Release();
  EXPECT_TRUE(std::holds_alternative<Accepted>(later.get()));
  for (auto& outcome : outcomes) EXPECT_TRUE(std::holds_alternative<Accepted>(outcome.get()));
}

TEST_F(JudgingAheadTest, StoppingAppendsWhatWasJudged) {
  StartEngine();
  OpenAcme();
  auto outcomes = HoldFirstOf({AddCard("visa"), AddCard("amex")});
  std::thread stop([this] { EXPECT_EQ(engine_->Stop(), absl::OkStatus()); });
  // Until the queue is closed.
  for (Outcome last = Accepted{}; !std::holds_alternative<NotDone>(last);) {
    auto later = DoLater(Remove("nothing"));
    if (IsAnswered(later)) last = later.get();
  }
  log_->Release();
  stop.join();
  for (auto& outcome : outcomes) EXPECT_TRUE(std::holds_alternative<Accepted>(outcome.get()));
}

}  // namespace
}  // namespace billing::server
