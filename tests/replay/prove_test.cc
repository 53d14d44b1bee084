// Judging again: what was decided by the rules holds, and each defect that is planted in the
// recorded facts is found at its position.
//
//   BILLING_PROVE_COMMANDS  random commands in all (default 20,000)
//   BILLING_SEED            of the first log (default 1)
#include <gtest/gtest.h>

#include <functional>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/model/model_fixture.h"
#include "tests/replay/recorded_log.h"
#include "tests/replay/setting.h"
#include "tests/replay/story.h"
#include "tools/replay/audit.h"

namespace billing::replay {
namespace {

constexpr int kCommandsPerLog = 2'000;
// Sealed bytes and a digest, as far as one can see without the keys.
constexpr char kSealed[] = "these are twenty-eight bytes";
constexpr char kDigest[] = "0123456789abcdef";
constexpr char kTraceParent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

using storage::v1::Record;

class Proof : public model::ModelTest {
 protected:
  std::optional<Finding> Prove(const RecordedLog& log) const {
    RecordsSource source(log);
    Audit audit(source, {.depth = Depth::kJudge});
    return audit.Run();
  }

  // The story's log is found wrong where its forged command begins.
  void ExpectFound(const Story& story, Kind kind, const std::string& reason) {
    const auto finding = Prove(story.log());
    ASSERT_TRUE(finding) << "not found";
    EXPECT_EQ(finding->kind, kind) << InWords(*finding);
    EXPECT_EQ(finding->from, story.forged_position()) << InWords(*finding);
    EXPECT_EQ(finding->to, story.forged_position()) << InWords(*finding);
    EXPECT_TRUE(absl::StrContains(finding->reason, reason)) << InWords(*finding);
  }

  // The log is found wrong there, and nowhere before.
  void ExpectFoundAt(uint64_t position, const RecordedLog& log, const std::string& reason) const {
    const auto finding = Prove(log);
    ASSERT_TRUE(finding) << "not found";
    EXPECT_EQ(finding->kind, Kind::kJudgement) << InWords(*finding);
    EXPECT_EQ(finding->from, position) << InWords(*finding);
    EXPECT_EQ(finding->to, position) << InWords(*finding);
    EXPECT_TRUE(absl::StrContains(finding->reason, reason)) << InWords(*finding);
  }

  static Record RecordAt(uint64_t position, const RecordedLog& log) {
    Record record;
    EXPECT_TRUE(record.ParseFromString(log.records[position - 1]));
    return record;
  }
  static RecordedLog Changed(RecordedLog log, uint64_t position,
                             const std::function<void(Record&)>& change) {
    storage::v1::Record record = RecordAt(position, log);
    change(record);
    log.records[position - 1] = record.SerializeAsString();
    return log;
  }
  static RecordedLog WithTraceParent(const char* trace_parent, uint64_t position,
                                     const RecordedLog& log) {
    return Changed(log, position, [trace_parent](Record& record) {
      record.mutable_event()->set_trace_parent(trace_parent);
    });
  }
  // The command at `position` has the request id of the one at `first`, which no digest covers.
  static RecordedLog WithRequestIdOf(uint64_t first, uint64_t position, const RecordedLog& log) {
    const std::string id = RecordAt(first, log).command().request_id();
    return Changed(log, position,
                   [&id](Record& record) { record.mutable_command()->set_request_id(id); });
  }

  // An account of alice's with two cards and three subscriptions on one of them.
  Story AccountWithCards() {
    Story story(vault());
    story.Open();
    story.AddCard("visa");
    story.AddCard("amex");
    for (const char* id : {"web", "mail", "docs"}) story.Subscribe(id, "visa");
    return story;
  }
};

TEST_F(Proof, HoldsOfRandomCommands) {
  const int commands = Setting("BILLING_PROVE_COMMANDS", 20'000);
  const int first_seed = Setting("BILLING_SEED", 1);
  std::cout << commands << " commands from seed " << first_seed << " on\n";
  for (int done = 0; done < commands; done += kCommandsPerLog) {
    const auto seed = static_cast<uint64_t>(first_seed + done / kCommandsPerLog);
    const RecordedLog log = RandomLog(vault(), seed, kCommandsPerLog);
    const auto finding = Prove(log);
    ASSERT_FALSE(finding) << "seed " << seed << ": " << InWords(*finding);
  }
}

TEST_F(Proof, HoldsOfAStoryWithoutDefects) {
  Story story = AccountWithCards();
  story.SetActive("web", "amex");
  story.Remove("visa");
  const auto finding = Prove(story.log());
  EXPECT_FALSE(finding) << InWords(*finding);
}

TEST_F(Proof, FindsARemovalThatWasLetThrough) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) {
    kernel::Facts facts(1);
    auto& removed = *facts[0].mutable_card_removed();
    removed.set_card("cards/visa");
    for (const char* id : {"docs", "mail", "web"}) {
      removed.add_detached_subscriptions(absl::StrCat("subscriptions/", id));
    }
    forged.decision = std::move(facts);
  });
  story.Remove("visa");
  story.Subscribe("late", "amex");
  ExpectFound(story, Kind::kInvariant, "I3");
}

TEST_F(Proof, FindsACascadeThatForgotASubscription) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) {
    auto& fact = *std::get<kernel::Facts>(forged.decision)[0].mutable_active_card_changed();
    fact.mutable_moves()->RemoveLast();
  });
  story.SetActive("web", "amex");
  ExpectFound(story, Kind::kJudgement, "ActiveCardChanged");
}

TEST_F(Proof, FindsAWrongBlocker) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) {
    std::get<kernel::Refusal>(forged.decision).blockers[1].subject = "subscriptions/nowhere";
  });
  story.Remove("visa");
  ExpectFound(story, Kind::kJudgement, "nowhere");
}

TEST_F(Proof, FindsAForgedPrincipal) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) { forged.context.caller = model::User("mallory"); });
  story.SetActive("web", "amex");
  ExpectFound(story, Kind::kJudgement, "ROLE_REQUIRED");
}

TEST_F(Proof, FindsACommandWithoutItsRole) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) { forged.context.caller.roles = {}; });
  story.Disable("web");
  ExpectFound(story, Kind::kJudgement, "ROLE_REQUIRED");
}

TEST_F(Proof, FindsACallerWhoseNameIsACardNumber) {
  for (const char* name : {"services/4111111111111111", "services/office+4111111111111111"}) {
    Story story = AccountWithCards();
    story.Forge([name](Forged& forged) {
      forged.context.caller.principal = kernel::Principal::FromStored(name);
    });
    story.Disable("web");
    ExpectFound(story, Kind::kJudgement, "the caller's name is a card number");
  }
}

TEST_F(Proof, FindsACallerForSomebodyWhoseNameIsACardNumber) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) {
    forged.context.caller = {
        .principal = kernel::Principal::FromStored("services/portal"),
        .on_behalf_of = kernel::Principal::FromStored("users/4111111111111111@example.com")};
    forged.context.caller.roles.Add(kernel::PlatformRole::kDelegate);
  });
  story.SetActive("web", "amex");
  ExpectFound(story, Kind::kJudgement, "on_behalf_of is a card number");
}

TEST_F(Proof, FindsASchedulerWithARole) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) {
    forged.context.caller.principal =
        kernel::Principal::FromStored(std::string(kernel::kScheduler));
  });
  story.Disable("web");
  ExpectFound(story, Kind::kJudgement, "the scheduler has no platform role");
}

TEST_F(Proof, FindsASchedulerInATrace) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) { forged.context.caller = model::Scheduler(); });
  story.Disable("web");
  ExpectFoundAt(7, WithTraceParent(kTraceParent, 7, story.log()), "is in no trace");
}

TEST_F(Proof, FindsATraceParentThatIsNone) {
  const RecordedLog log = AccountWithCards().log();
  const auto finding = Prove(WithTraceParent(kTraceParent, 4, log));
  EXPECT_FALSE(finding) << InWords(*finding);
  for (const char* trace_parent :
       {"4111111111111111", "00-0af7651916cd43dd8448eb211c80319c-4111111111111111-01"}) {
    ExpectFoundAt(4, WithTraceParent(trace_parent, 4, log), "trace parent");
  }
}

TEST_F(Proof, FindsATimeBeforeThatOfTheCommandBefore) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) { forged.context.now.us -= model::kHour; });
  story.SetActive("web", "amex");
  ExpectFound(story, Kind::kFormat, "committed before");
}

TEST_F(Proof, FindsThatASubscriptionDidNotBecomeCurrent) {
  Story story = AccountWithCards();
  story.Charge("march", "web");
  story.Pay("march", v1::PAYMENT_OUTCOME_DECLINED);
  story.Forge([](Forged& forged) {
    auto& facts = std::get<kernel::Facts>(forged.decision);
    ASSERT_EQ(facts.size(), 2u);
    facts.pop_back();
  });
  story.Pay("march", v1::PAYMENT_OUTCOME_SUCCEEDED);
  const auto finding = Prove(story.log());
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->from, story.forged_position() + 1) << "where the missing fact belongs";
  EXPECT_TRUE(absl::StrContains(finding->reason, "web")) << InWords(*finding);
}

TEST_F(Proof, FindsAWrongDeclineReason) {
  Story story = AccountWithCards();
  story.Charge("march", "web");
  story.Forge([](Forged& forged) {
    auto& fact = *std::get<kernel::Facts>(forged.decision)[0].mutable_payment_declined();
    fact.set_reason(v1::DECLINE_REASON_CARD_LOST_OR_STOLEN);
  });
  story.Pay("march", v1::PAYMENT_OUTCOME_DECLINED);
  ExpectFound(story, Kind::kJudgement, "CARD_LOST_OR_STOLEN");
}

TEST_F(Proof, FindsAPolicyThatNobodyAskedFor) {
  Story story = AccountWithCards();
  story.Forge([](Forged& forged) {
    auto& fact = *std::get<kernel::Facts>(forged.decision)[0].mutable_policy_changed();
    fact.mutable_policy()->set_max_cards(7);
  });
  story.SetPolicy(5);
  ExpectFound(story, Kind::kJudgement, "clear_digest");
}

TEST_F(Proof, FindsAnAnswerThatWasNotGiven) {
  Story story = AccountWithCards();
  story.SetActive("web", "amex");
  RecordedLog log = story.log();
  Record record;
  record.ParseFromString(log.records.back());
  record.mutable_command()->mutable_answer()->mutable_subscription()->set_display_name("other");
  log.records.back() = record.SerializeAsString();
  const auto finding = Prove(log);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->kind, Kind::kJudgement);
  EXPECT_EQ(finding->from, log.records.size());
}

TEST_F(Proof, FindsARequestThatWasRecordedTwice) {
  Story story = AccountWithCards();
  story.SetActive("web", "amex");  // 7
  story.SetActive("web", "amex");  // 8, nothing to change
  ExpectFoundAt(8, WithRequestIdOf(7, 8, story.log()), "used before by the same caller");
  ExpectFoundAt(8, WithRequestIdOf(7, 8, story.log()), "at position 7");
}

TEST_F(Proof, FindsARefusalThatWasRecordedTwice) {
  Story story = AccountWithCards();
  story.Remove("visa");  // 7
  story.Remove("visa");  // 8
  ExpectFoundAt(8, WithRequestIdOf(7, 8, story.log()), "at position 7");
}

TEST_F(Proof, FindsOneRequestIdOfTwoRequests) {
  const RecordedLog log = AccountWithCards().log();
  ExpectFoundAt(5, WithRequestIdOf(4, 5, log), "at position 4");
  ExpectFoundAt(6, WithRequestIdOf(2, 6, log), "at position 2");
}

TEST_F(Proof, LetsTwoCallersUseOneRequestId) {
  // The operator opened the account.
  const auto finding = Prove(WithRequestIdOf(1, 4, AccountWithCards().log()));
  EXPECT_FALSE(finding) << InWords(*finding);
}

TEST_F(Proof, FindsARequestIdThatIsNoUuid) {
  const RecordedLog log = AccountWithCards().log();
  for (const size_t size : {1u, 15u, 17u}) {
    ExpectFoundAt(4,
                  Changed(log, 4,
                          [size](Record& record) {
                            record.mutable_command()->set_request_id(std::string(size, 'i'));
                          }),
                  "16 bytes of a UUID");
  }
}

TEST_F(Proof, TakesOverWhatNoLogCanTell) {
  RecordedLog log = AccountWithCards().log();
  log = Changed(log, 4, [](Record& record) {
    storage::v1::SealedFields& reason = *record.mutable_command()->mutable_reason();
    reason.set_slot(1);
    reason.set_reason(kSealed);
    record.mutable_command()->set_account_digest(kDigest);
  });
  log = Changed(log, 2, [](Record& record) {
    record.mutable_personal()->set_billing_address(kSealed);
    record.mutable_command()->set_card_digest(kDigest);
    record.set_salt(kDigest);
  });
  const auto finding = Prove(log);
  EXPECT_FALSE(finding) << InWords(*finding);
}

TEST_F(Proof, FindsACardsFieldsSealedWhereNoneCanBe) {
  Story story = AccountWithCards();
  story.ChangeExpiry("visa");
  const RecordedLog log = story.log();
  ASSERT_EQ(log.records.size(), 7u);
  const storage::v1::SealedFields personal = RecordAt(2, log).personal();
  ASSERT_FALSE(personal.holder_name().empty());
  ASSERT_TRUE(personal.billing_address().empty());
  constexpr char kWords[] = "other personal fields are sealed";
  ExpectFoundAt(7,
                Changed(log, 7,
                        [&personal](Record& record) {
                          *record.mutable_personal() = personal;
                          record.mutable_command()->set_card_digest(kDigest);
                        }),
                kWords);
  ExpectFoundAt(
      2, Changed(log, 2, [](Record& record) { record.mutable_personal()->set_reason(kSealed); }),
      kWords);
  ExpectFoundAt(
      2, Changed(log, 2, [](Record& record) { record.mutable_personal()->clear_holder_name(); }),
      kWords);
  ExpectFoundAt(4,
                Changed(log, 4,
                        [](Record& record) {
                          storage::v1::SealedFields& reason =
                              *record.mutable_command()->mutable_reason();
                          reason.set_slot(1);
                          reason.set_reason(kSealed);
                          reason.set_holder_name(kSealed);
                          record.mutable_command()->set_account_digest(kDigest);
                        }),
                "sealed where the reason is");
}

TEST_F(Proof, FindsADigestThatIsMissingOrOfNothing) {
  Story story = AccountWithCards();
  story.Remove("visa");   // 7, refused
  story.AddCard("visa");  // 8, refused: its holder name was never kept
  const RecordedLog log = story.log();
  ASSERT_EQ(log.records.size(), 8u);
  ASSERT_EQ(RecordAt(8, log).event().redacted_fields_size(), 1);
  const auto expect = [&](uint64_t position, const std::function<void(Record&)>& change) {
    ExpectFoundAt(position, Changed(log, position, change), "a digest is missing");
  };
  expect(2, [](Record& record) { record.mutable_command()->clear_card_digest(); });
  expect(2, [](Record& record) { record.clear_personal(); });
  expect(2, [](Record& record) { record.mutable_command()->set_account_digest(kDigest); });
  expect(4, [](Record& record) { record.mutable_command()->set_account_digest(kDigest); });
  expect(4, [](Record& record) { record.mutable_command()->set_card_digest(kDigest); });
  expect(7, [](Record& record) { record.mutable_command()->set_account_digest(kDigest); });
  expect(8, [](Record& record) { record.mutable_command()->clear_account_digest(); });
  expect(8, [](Record& record) { record.mutable_command()->set_card_digest(kDigest); });
  expect(8, [](Record& record) { record.mutable_event()->clear_redacted_fields(); });
}

TEST_F(Proof, FindsAPathWhereNothingIsLeftOut) {
  Story story = AccountWithCards();
  story.AddCard("visa");  // 7, refused
  const RecordedLog log = story.log();
  ASSERT_EQ(log.records.size(), 7u);
  const std::string path = RecordAt(7, log).event().redacted_fields(0);
  const auto expect = [&](uint64_t position, const std::string& added) {
    ExpectFoundAt(
        position,
        Changed(log, position,
                [&added](Record& record) { record.mutable_event()->add_redacted_fields(added); }),
        "nothing is left out at ");
  };
  expect(7, path);
  expect(7, "command_refused.request.update_card.card.billing_address");
  expect(2, "nothing_changed.request.add_card.card.holder_name");
}

TEST_F(Proof, FindsAnIdThatTheServerCannotHaveChosen) {
  Story story = AccountWithCards();
  story.SetActive("web", "amex");
  ExpectFoundAt(7,
                Changed(story.log(), 7,
                        [](Record& record) { record.mutable_command()->set_id_generated(true); }),
                "makes nothing");
}

TEST_F(Proof, FindsBytesThatNoWriterWrites) {
  RecordedLog log = AccountWithCards().log();
  // An unknown field, which every reader skips.
  log.records[2] += std::string("\xf8\x3f\x01", 3);
  const auto finding = Prove(log);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->kind, Kind::kJudgement) << InWords(*finding);
  EXPECT_EQ(finding->from, 3u);
}

TEST_F(Proof, NamesARequestThatTheEdgeWouldHaveRefused) {
  RecordedLog log = AccountWithCards().log();
  Record record;
  record.ParseFromString(log.records[1]);
  record.mutable_event()->mutable_card_added()->mutable_card()->set_token("4111111111111111");
  log.records[1] = record.SerializeAsString();
  const auto finding = Prove(log);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->from, 2u);
  EXPECT_TRUE(absl::StrContains(finding->reason, "card.token")) << InWords(*finding);
}

}  // namespace
}  // namespace billing::replay
