// Which facts made a refusal true: for every reason, and every type of blocker.
#include "projections/explain/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <span>

#include "aggregates/kernel/decision.h"
#include "eventstore/memory/memory_event_log.h"
#include "tests/projections/explain_cases.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using namespace given;
using kernel::Reason;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using Positions = std::vector<uint64_t>;

v1::Event Blocked(Reason reason, const std::string& request, const std::string& type,
                  const std::string& subject) {
  v1::Event fact = Refused(reason, request);
  auto& blocker = *fact.mutable_command_refused()->add_blockers();
  blocker.set_type(type);
  blocker.set_subject(subject);
  return fact;
}

// Knows how many facts were looked at.
class CountingPast final : public projections::Past {
 public:
  explicit CountingPast(projections::Past& past) : past_(past) {}

  absl::Status Each(const Walk& walk, absl::FunctionRef<bool(const v1::Event&)> take) override {
    return past_.Each(walk, [&](const v1::Event& fact) {
      ++looked_at_;
      return take(fact);
    });
  }
  uint64_t LastAccountChange(AccountNumber account) override {
    return past_.LastAccountChange(account);
  }
  std::optional<AccountNumber> FindAccount(const kernel::AccountId& id) override {
    return past_.FindAccount(id);
  }
  std::optional<std::string> CardSettledUnder(AccountNumber account,
                                              std::string_view reference) override {
    return past_.CardSettledUnder(account, reference);
  }

  int looked_at() const { return looked_at_; }

 private:
  projections::Past& past_;
  int looked_at_ = 0;
};

// Explains the record at a position, by indexes that know what came after it too. Says how many
// facts it looked at, if it is asked to.
Explanation Explained(const Log& log, uint64_t position, int* looked_at = nullptr,
                      const ExplainBounds& bounds = {}) {
  const auto stored = eventstore::NewMemoryEventLog();
  for (const auto& record : log.records()) {
    const std::string bytes = record.SerializeAsString();
    const std::string_view view = bytes;
    EXPECT_TRUE(stored->Append(stored->Head(), std::span(&view, 1)).ok());
  }
  const MapRows rows = log.Folded();
  const StateReader states(rows);
  IndexedPast indexed(*stored, states, position);
  CountingPast past(indexed);
  auto explanation = Explain(log.record(position), past, bounds);
  if (looked_at != nullptr) *looked_at = past.looked_at();
  EXPECT_TRUE(explanation.ok()) << explanation.status();
  return explanation.ok() ? *explanation : Explanation{};
}

TEST(Rules, EveryReasonHasOne) {
  for (const Reason reason : kernel::AllReasons()) {
    const Rule& rule = RuleOf(reason);
    EXPECT_THAT(rule.text, Not(IsEmpty())) << kernel::NameOf(reason);
    EXPECT_THAT(rule.source, Not(IsEmpty())) << kernel::NameOf(reason);
  }
}

TEST(Rules, EveryTypeOfBlockerHasOneAndARemedy) {
  EXPECT_EQ(BlockerTypes().size(), 8u);
  for (const std::string_view type : BlockerTypes()) {
    const Rule* rule = RuleOfBlocker(type);
    ASSERT_NE(rule, nullptr) << type;
    EXPECT_THAT(rule->text, Not(IsEmpty())) << type;
    EXPECT_THAT(rule->source, Not(IsEmpty())) << type;
    EXPECT_THAT(rule->grounds, testing::Contains(testing::Field(&Ground::thing, Not(Thing::kNone))))
        << type;
    EXPECT_THAT(kernel::RemedyFor(type), Not(IsEmpty())) << type;
  }
  EXPECT_EQ(RuleOfBlocker("NO_SUCH_TYPE"), nullptr);
}

TEST(Explain, TheFactsOfEveryReasonAreThoseThatMadeItTrue) {
  for (const auto& [reason, each] : AllCases()) {
    Log log;
    log.Open("acme");
    for (const v1::Event& fact : each.past) log.Commit({fact});
    const uint64_t refusal = log.Commit({each.refusal});
    for (const v1::Event& fact : each.after) log.Commit({fact});
    const Explanation explanation = Explained(log, refusal);
    EXPECT_EQ(explanation.facts.positions, each.facts)
        << each.refusal.command_refused().ShortDebugString();
    EXPECT_EQ(explanation.rule, &RuleOf(reason));
    EXPECT_THAT(explanation.blockers, IsEmpty());
  }
}

TEST(Explain, EveryReasonThatRestsOnFactsHasACase) {
  const auto cases = AllCases();
  for (const Reason reason : kernel::AllReasons()) {
    const bool rests = RuleOf(reason).grounds.front().thing != Thing::kNone;
    // It is about two accounts: below.
    if (reason == Reason::kCrossCountryNotSupported) continue;
    EXPECT_EQ(cases.contains(reason), rests) << kernel::NameOf(reason);
    EXPECT_TRUE(!rests || kernel::IsRecorded(reason)) << kernel::NameOf(reason);
  }
}

// `acme` offers `web`; `other` takes the command.
class ExplainOfARecipient : public testing::Test {
 protected:
  ExplainOfARecipient() {
    acme_ = log_.Open("acme");
    other_ = log_.Open("other");
    log_.Continue(acme_);
    log_.Commit({kBare});
    offered_ = log_.Commit({TransferSent("offer", "web")});
  }

  Positions FactsOf(Reason reason, const std::string& command) {
    log_.Continue(other_);
    const uint64_t refusal = log_.Commit(
        {Refused(reason, command + R"( { name: "billingAccounts/acme/transfers/offer" })")});
    return Explained(log_, refusal).facts.positions;
  }

  Log log_;
  AccountNumber acme_ = 0;
  AccountNumber other_ = 0;
  uint64_t offered_ = 0;
};

TEST_F(ExplainOfARecipient, TheSendersFactsEndTheOffer) {
  const uint64_t cancelled = log_.Commit({TransferCancelled("offer", "web")});
  EXPECT_THAT(FactsOf(Reason::kTransferNotPending, "decline_transfer"), ElementsAre(cancelled));
  EXPECT_THAT(FactsOf(Reason::kEtagMismatch, "accept_transfer"), ElementsAre(cancelled));
}

TEST_F(ExplainOfARecipient, TheOfferedSubscriptionsStateIsTheSenders) {
  const uint64_t disabled = log_.Commit({SubscriptionDisabled("web")});
  EXPECT_THAT(FactsOf(Reason::kSubscriptionNotActive, "accept_transfer"), ElementsAre(disabled));
}

TEST_F(ExplainOfARecipient, ItsLapseRestsOnItsSending) {
  EXPECT_THAT(FactsOf(Reason::kTransferExpired, "accept_transfer"), ElementsAre(offered_));
}

TEST_F(ExplainOfARecipient, TwoCountriesAreThoseOfTheTwoAccounts) {
  EXPECT_THAT(FactsOf(Reason::kCrossCountryNotSupported, "accept_transfer"),
              ElementsAre(acme_, other_));
}

struct BlockerCase {
  std::string type;
  std::vector<v1::Event> past;
  std::string subject;
  Positions facts;
  std::string request = R"(remove_card { name: "cards/visa" })";
};

std::vector<BlockerCase> BlockerCases() {
  const std::string detach = R"(detach_payment_method { name: "billingProfiles/main" })";
  return {
      {.type = "CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION",
       .past = {kVisa, kWeb, PolicyChanged({.disabled_holds = true}), SubscriptionDisabled("web")},
       .subject = "subscriptions/web",
       .facts = {3, 4, 5}},
      {.type = "RECURRING_CHARGES",
       .past = {kVisa, SubscriptionCreated("web", "visa", v1::SUBSCRIPTION_KIND_SUPPORT_PLAN)},
       .subject = "subscriptions/web",
       .facts = {3}},
      {.type = "RESERVED_INSTANCES",
       .past = {kVisa, SubscriptionCreated("web", "", v1::SUBSCRIPTION_KIND_RESERVATION),
                Moved("visa", "")},
       .subject = "subscriptions/web",
       .facts = {3, 4}},
      {.type = "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION",
       .past = {kVisa, CardAdded("amex"), SubscriptionCreated("web", "amex"),
                SubscriptionDisabled("web"), SubscriptionReactivated("web"), Moved("visa", "amex"),
                SubscriptionUpdated("web", "W")},
       .subject = "subscriptions/web",
       .facts = {6, 7}},
      // Through its profile.
      {.type = "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION",
       .past = {kVisa, CardAdded("amex"), BillingProfileCreated("main", "amex"),
                SubscriptionCreatedUnder("main", "web"),
                PaymentMethodReplaced("main", "visa", "amex")},
       .subject = "subscriptions/web",
       .facts = {5, 6}},
      {.type = "CARD_IS_BILLING_PROFILE_DEFAULT",
       .past = {kVisa, BillingProfileCreated("main", "visa")},
       .subject = "billingProfiles/main",
       .facts = {3}},
      {.type = "OUTSTANDING_CHARGES",
       .past = {kVisa, kWeb, SomeCharge("may"), About(PaymentDeclined("may", "1")),
                About(PaymentDeclined("may", "2"))},
       .subject = "charges/may",
       .facts = {4, 6}},
      {.type = "PENDING_CHARGES",
       .past = {kVisa, kWeb, SomeCharge("may")},
       .subject = "charges/may",
       .facts = {4},
       .request = detach},
      {.type = "LAST_PAYMENT_METHOD_REQUIRED",
       .past = {kVisa, PolicyChanged({.require_payment_method = true})},
       .subject = "",
       .facts = {3}},
  };
}

TEST(Explain, TheFactsOfEveryBlockerAreThoseThatMadeItOne) {
  std::set<std::string> seen;
  for (const BlockerCase& each : BlockerCases()) {
    Log log;
    log.Open("acme");
    for (const v1::Event& fact : each.past) log.Commit({fact});
    const uint64_t refusal =
        log.Commit({Blocked(Reason::kCardNotRemovable, each.request, each.type, each.subject)});
    const Explanation explanation = Explained(log, refusal);
    EXPECT_THAT(explanation.facts.positions, IsEmpty()) << each.type;
    ASSERT_EQ(explanation.blockers.size(), 1u) << each.type;
    EXPECT_EQ(explanation.blockers[0].facts.positions, each.facts) << each.type;
    EXPECT_EQ(explanation.blockers[0].rule, RuleOfBlocker(each.type));
    seen.insert(each.type);
  }
  EXPECT_EQ(seen.size(), BlockerTypes().size()) << "a type without a case";
}

TEST(Explain, OfChargesPastDueTheNewestTwenty) {
  Log log;
  log.Open("acme");
  log.Commit({kVisa, kWeb});
  for (int i = 0; i < 25; ++i) log.Commit({SomeCharge("c" + std::to_string(i))});
  uint64_t last = 0;
  for (int i = 0; i < 25; ++i) last = log.Commit({About(PaymentDeclined("c" + std::to_string(i)))});
  const uint64_t refusal =
      log.Commit({Refused(Reason::kOutstandingCharges, "request_invoice_payment {}")});
  const Explanation explanation = Explained(log, refusal);
  const Positions& facts = explanation.facts.positions;
  ASSERT_EQ(facts.size(), kPastDueFactsMax);
  EXPECT_EQ(facts.front(), last - kPastDueFactsMax + 1);
  EXPECT_EQ(facts.back(), last);
  EXPECT_FALSE(explanation.facts.incomplete) << "twenty are all that is asked for";
}

// Looked up by what they concern: the length of the account's history does not matter.
TEST(Explain, LooksAtFewFactsOfALongHistory) {
  Log log;
  log.Open("acme");
  log.Commit({kVisa, PolicyChanged({.disabled_holds = true}), kWeb, kBareMail,
              SubscriptionDisabled("web")});
  for (int i = 0; i < 2'000; ++i) log.Commit({SubscriptionUpdated("mail", std::to_string(i))});
  const uint64_t refusal =
      log.Commit({Blocked(Reason::kCardNotRemovable, R"(remove_card { name: "cards/visa" })",
                          "CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION", "subscriptions/web")});
  int looked_at = 0;
  const Explanation explanation = Explained(log, refusal, &looked_at);
  EXPECT_EQ(explanation.blockers.at(0).facts.positions, (Positions{3, 4, 6}));
  EXPECT_FALSE(explanation.blockers.at(0).facts.incomplete);
  EXPECT_LT(looked_at, 20);
}

// An account of a hundred thousand events, of which the oldest few made charges past due: two on
// the card, of which one was settled, and one on another.
class ExplainOfALongHistory : public testing::Test {
 protected:
  ExplainOfALongHistory() {
    log_.Open("acme");
    log_.Commit({kVisa, CardAdded("amex"), kWeb, kBareMail});
    log_.Commit({SomeCharge("april"), SomeCharge("may"), About(PaymentDeclined("april"))});
    settled_ = log_.Commit({OwedBy({"web"}, {}, BalanceSettled("visa", "amex", 1'000, {"april"}))});
    declined_ = log_.Commit({About(PaymentDeclined("may"))});
    log_.Commit(std::vector<v1::Event>(100'000, SubscriptionUpdated("mail", "Mail")));
  }

  Log log_;
  uint64_t settled_ = 0;
  uint64_t declined_ = 0;
};

TEST_F(ExplainOfALongHistory, WhatTheAccountOwesIsLookedForUpToABound) {
  const uint64_t refusal =
      log_.Commit({Refused(Reason::kOutstandingCharges, "request_invoice_payment {}")});
  int looked_at = 0;
  Explanation explanation = Explained(log_, refusal, &looked_at);
  EXPECT_THAT(explanation.facts.positions, IsEmpty());
  EXPECT_TRUE(explanation.facts.incomplete);
  EXPECT_LE(looked_at, 5'001);
  explanation = Explained(log_, refusal, &looked_at, kUnbounded);
  EXPECT_THAT(explanation.facts.positions, ElementsAre(declined_));
  EXPECT_FALSE(explanation.facts.incomplete);
  EXPECT_GT(looked_at, 100'000);
}

TEST_F(ExplainOfALongHistory, ASettlementIsFoundByItsReferenceAndCard) {
  const uint64_t refusal =
      log_.Commit({Refused(Reason::kSettlementAlreadyExists,
                           R"(settle_balance { failed_card: "cards/other" paying_card: "cards/amex"
                                   processor_reference: "ref-settle" })")});
  int looked_at = 0;
  const Explanation explanation = Explained(log_, refusal, &looked_at);
  EXPECT_THAT(explanation.facts.positions, ElementsAre(settled_));
  EXPECT_FALSE(explanation.facts.incomplete);
  EXPECT_LT(looked_at, 20);
}

// Each blocker has its share, and all together theirs.
TEST_F(ExplainOfALongHistory, ManyBlockersShareABound) {
  v1::Event refused = Refused(Reason::kCardNotRemovable, R"(remove_card { name: "cards/visa" })");
  for (int i = 0; i < 20; ++i) {
    auto& blocker = *refused.mutable_command_refused()->add_blockers();
    blocker.set_type("LAST_PAYMENT_METHOD_REQUIRED");
  }
  // The account's own fields changed just now, its policy never.
  log_.Commit({RoleGranted("users/rita", v1::ROLE_READER)});
  const uint64_t refusal = log_.Commit({refused});
  int looked_at = 0;
  const Explanation explanation = Explained(log_, refusal, &looked_at);
  EXPECT_LE(looked_at, 20'020);
  for (const auto& blocker : explanation.blockers) {
    EXPECT_THAT(blocker.facts.positions, IsEmpty());
    EXPECT_TRUE(blocker.facts.incomplete);
  }
}

TEST(Explain, AReasonThatIsNoneIsALostRecord) {
  Log log;
  log.Open("acme");
  v1::Event refusal = Refused(Reason::kCardNotFound, "add_card {}");
  refusal.mutable_command_refused()->set_reason("NO_SUCH_REASON");
  const uint64_t position = log.Commit({refusal});
  const auto stored = eventstore::NewMemoryEventLog();
  const MapRows rows = log.Folded();
  const StateReader states(rows);
  IndexedPast past(*stored, states, position);
  EXPECT_TRUE(absl::IsDataLoss(Explain(log.record(position), past).status()));
}

}  // namespace
}  // namespace billing::projections
