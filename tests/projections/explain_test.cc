// Which facts made a refusal true: for every reason, and every type of blocker.
#include "projections/explain/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <span>

#include "aggregates/kernel/decision.h"
#include "eventstore/memory/memory_event_log.h"
#include "google/protobuf/text_format.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

using namespace given;
using kernel::Reason;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using Positions = std::vector<uint64_t>;

// A refusal of a request in protobuf's text format: `set_active { card: "cards/visa" }`.
v1::Event Refused(Reason reason, const std::string& request, const std::string& existing = "") {
  v1::Event fact;
  auto& refused = *fact.mutable_command_refused();
  refused.set_reason(std::string(kernel::NameOf(reason)));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(request, refused.mutable_request()))
      << request;
  if (!existing.empty()) refused.add_details()->set_resource(existing);
  return fact;
}

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

  int looked_at() const { return looked_at_; }

 private:
  projections::Past& past_;
  int looked_at_ = 0;
};

// Explains the record at a position, by indexes that know what came after it too. Says how many
// facts it looked at, if it is asked to.
Explanation Explained(const Log& log, uint64_t position, int* looked_at = nullptr) {
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
  auto explanation = Explain(log.record(position), past);
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

// What happened in `acme`, which position 1 opened: each fact a command of its own, from
// position 2 on. Then the refusal, and after it what must not matter any more.
struct Case {
  std::vector<v1::Event> past;
  v1::Event refusal;
  Positions facts;
  std::vector<v1::Event> after = {};
};

const v1::Event kVisa = CardAdded("visa");
// Paid by visa, and by nothing.
const v1::Event kWeb = SubscriptionCreated("web", "visa");
const v1::Event kBare = SubscriptionCreated("web");
const v1::Event kBareMail = SubscriptionCreated("mail");

v1::Event Moved(const std::string& card, const std::string& previous) {
  return ActiveCardChanged("web", card, {{"web", previous}});
}

v1::Event SomeCharge(const std::string& id) {
  return ChargeRecorded(id, {.subscription = "web", .card = "visa"});
}
v1::Event About(v1::Event fact) {
  return Concerning({.subscription = "web", .card = "visa"}, std::move(fact));
}

std::multimap<Reason, Case> CasesOfCards() {
  return {
      {Reason::kBillingAccountAlreadyExists,
       {{kVisa}, Refused(Reason::kBillingAccountAlreadyExists, "create_billing_account {}"), {1}}},
      {Reason::kCardNotFound,
       {{kVisa, CardRemoved("visa")},
        Refused(Reason::kCardNotFound, R"(remove_card { name: "cards/visa" })"),
        {3}}},
      {Reason::kCardNotFound,
       {{kVisa, CardRemoved("visa")},
        Refused(Reason::kCardNotFound,
                R"(set_active { subscription: "subscriptions/web"
                                card: "billingAccounts/other/cards/visa" })"),
        {}}},
      // It is the expected one that never was.
      {Reason::kCardNotFound,
       {{kVisa, CardRemoved("visa")},
        Refused(Reason::kCardNotFound,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa"
                                expected_current_card: "cards/nowhere" })"),
        {}}},
      {Reason::kCardAlreadyExists,
       {{Refused(Reason::kCardNotFound, R"(remove_card { name: "cards/visa" })"), kVisa,
         CardUpdated("visa", {"holder_name"})},
        Refused(Reason::kCardAlreadyExists, R"(add_card { card_id: "copy" })", "cards/visa"),
        {3}}},
      {Reason::kCardExpired,
       {{CardAdded("visa", {.expiry = {2020, 1}}), kWeb, CardUpdated("visa", {"holder_name"})},
        Refused(Reason::kCardExpired,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa" })"),
        {2},
        {CardUpdated("visa", {"expiry"}, kernel::YearMonth{2035, 1})}}},
      {Reason::kCardExpired,
       {{kVisa, CardUpdated("visa", {"holder_name", "expiry"}, kernel::YearMonth{2020, 1})},
        Refused(Reason::kCardExpired,
                R"(replace_payment_method { name: "billingProfiles/main" card: "cards/visa" })"),
        {3}}},
      // The request itself has the date that has passed.
      {Reason::kCardExpired,
       {{kVisa},
        Refused(Reason::kCardExpired, R"(update_card { card { name: "cards/visa" } })"),
        {}}},
      {Reason::kDebitNotSupportedInCountry,
       {{kVisa}, Refused(Reason::kDebitNotSupportedInCountry, "add_card {}"), {1}}},
      {Reason::kCardBrandNotSupportedInCountry,
       {{kVisa}, Refused(Reason::kCardBrandNotSupportedInCountry, "add_card {}"), {1}}},
      {Reason::kCardCountryMismatch,
       {{kVisa, PolicyChanged({.require_card_country_match = true}),
         BillingAccountReclassified(true)},
        Refused(Reason::kCardCountryMismatch, "add_card {}"),
        {1, 3},
        {PolicyChanged({})}}},
      {Reason::kCardLimitReached,
       {{PolicyChanged({.max_cards = 2}), kVisa, CardAdded("amex"), kWeb},
        Refused(Reason::kCardLimitReached, "add_card {}"),
        {2, 4}}},
      {Reason::kCardRemoved,
       {{kVisa, CardRemoved("visa")},
        Refused(Reason::kCardRemoved, R"(update_card { card { name: "cards/visa" } })"),
        {3}}},
      {Reason::kCardRemoved,
       {{kVisa, CardAdded("amex"), CardRemoved("visa"), CardRemoved("amex")},
        Refused(Reason::kCardRemoved,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa"
                                expected_current_card: "cards/amex" })"),
        {4}}},
      {Reason::kActiveCardChanged,
       {{kVisa, CardAdded("amex"), kWeb, Moved("amex", "visa"), SubscriptionUpdated("web", "W")},
        Refused(Reason::kActiveCardChanged,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa"
                                expected_current_card: "cards/visa" })"),
        {5}}},
      {Reason::kEtagMismatch,
       {{kVisa, CardUpdated("visa", {"holder_name"}), kWeb, SomeCharge("may")},
        Refused(Reason::kEtagMismatch, R"(remove_card { name: "cards/visa" etag: "\"2\"" })"),
        {3}}},
      {Reason::kEtagMismatch,
       {{PolicyChanged({.max_cards = 2}), kVisa},
        Refused(Reason::kEtagMismatch, R"(set_policy { etag: "\"1\"" })"),
        {2},
        {BillingAccountReclassified(true)}}},
      {Reason::kSwitchBackToCardNotAllowed,
       {{kVisa, kWeb, SwitchedToInvoice("web", "visa")},
        Refused(Reason::kSwitchBackToCardNotAllowed,
                R"(set_active { subscription: "subscriptions/web" card: "cards/visa" })"),
        {4}}},
  };
}

std::multimap<Reason, Case> CasesOfSubscriptions() {
  const std::string set_active =
      R"(set_active { subscription: "subscriptions/web" card: "cards/visa" })";
  return {
      {Reason::kSubscriptionAlreadyExists,
       {{kVisa, kWeb, SubscriptionUpdated("web", "W")},
        Refused(Reason::kSubscriptionAlreadyExists, "create_subscription {}", "subscriptions/web"),
        {3}}},
      {Reason::kSubscriptionLimitReached,
       {{SubscriptionCreated("web"), SubscriptionCreated("mail"), kVisa},
        Refused(Reason::kSubscriptionLimitReached, "create_subscription {}"),
        {3}}},
      {Reason::kAgreementNotSupported,
       {{kVisa}, Refused(Reason::kAgreementNotSupported, "create_subscription {}"), {1}}},
      {Reason::kBillingProfileRequired,
       {{kVisa}, Refused(Reason::kBillingProfileRequired, "create_subscription {}"), {1}}},
      {Reason::kSubscriptionDeleted,
       {{kBare, SubscriptionCancelled("web"), SubscriptionDeleted("web")},
        Refused(Reason::kSubscriptionDeleted, set_active),
        {4}}},
      {Reason::kSubscriptionTransferred,
       {{kBare, TransferSent("offer", "web"), SubscriptionTransferredOut("offer", "web")},
        Refused(Reason::kSubscriptionTransferred, set_active),
        {4}}},
      {Reason::kInvalidSubscriptionState,
       {{kBare, SubscriptionCancelled("web"), SubscriptionUpdated("web", "W")},
        Refused(Reason::kInvalidSubscriptionState,
                R"(disable_subscription { name: "subscriptions/web" })"),
        {3}}},
      {Reason::kRetentionPeriodActive,
       {{kBare, SubscriptionCancelled("web"), SubscriptionReactivated("web"),
         SubscriptionDisabled("web"), SubscriptionCancelled("web")},
        Refused(Reason::kRetentionPeriodActive,
                R"(delete_subscription { name: "subscriptions/web" })"),
        {5}}},
      // The card expired.
      {Reason::kNoUsablePaymentMethod,
       {{CardAdded("visa", {.expiry = {2020, 1}}), kWeb, SubscriptionDisabled("web")},
        Refused(Reason::kNoUsablePaymentMethod,
                R"(reactivate_subscription { name: "subscriptions/web" })"),
        {2, 3}}},
      // The card was removed, while the subscription did not hold it.
      {Reason::kNoUsablePaymentMethod,
       {{kVisa, kWeb, SubscriptionDisabled("web"), CardRemoved("visa", {"web"})},
        Refused(Reason::kNoUsablePaymentMethod,
                R"(reactivate_subscription { name: "subscriptions/web" })"),
        {5}}},
      // Its profile has none any more.
      {Reason::kNoUsablePaymentMethod,
       {{kVisa, BillingProfileCreated("main", "visa"), SubscriptionCreatedUnder("main", "web"),
         SubscriptionDisabled("web"), PaymentMethodDetached("main", "visa")},
        Refused(Reason::kNoUsablePaymentMethod,
                R"(reactivate_subscription { name: "subscriptions/web" })"),
        {4, 6}}},
      {Reason::kPaymentMethodBelongsToBillingProfile,
       {{kVisa, BillingProfileCreated("main", "visa"), SubscriptionCreatedUnder("main", "web")},
        Refused(Reason::kPaymentMethodBelongsToBillingProfile, set_active),
        {1, 4}}},
      {Reason::kBillingProfileInactive,
       {{kVisa, BillingProfileCreated("main", "visa"), PaymentMethodDetached("main", "visa")},
        Refused(Reason::kBillingProfileInactive,
                R"(replace_payment_method { name: "billingProfiles/main" card: "cards/visa" })"),
        {4}}},
      {Reason::kBillingProfileAlreadyExists,
       {{kVisa, BillingProfileCreated("main", "visa")},
        Refused(Reason::kBillingProfileAlreadyExists, "create_billing_profile {}",
                "billingProfiles/main"),
        {3}}},
      {Reason::kBillingProfileLimitReached,
       {{kVisa, BillingProfileCreated("main", "visa"), BillingProfileCreated("side", "visa")},
        Refused(Reason::kBillingProfileLimitReached, "create_billing_profile {}"),
        {4}}},
  };
}

std::multimap<Reason, Case> CasesOfPayments() {
  const std::string settle =
      R"(settle_balance { failed_card: "cards/visa" paying_card: "cards/amex"
                          processor_reference: "ref-settle" })";
  const std::vector<v1::Event> declined = {kVisa, kWeb, SomeCharge("may"), SomeCharge("june"),
                                           About(PaymentDeclined("may"))};
  return {
      {Reason::kOutstandingCharges,
       {declined,
        Refused(Reason::kOutstandingCharges,
                R"(reactivate_subscription { name: "subscriptions/web" })"),
        {6},
        {About(PaymentSucceeded("may"))}}},
      {Reason::kOutstandingCharges,
       {declined, Refused(Reason::kOutstandingCharges, "request_invoice_payment {}"), {6}}},
      {Reason::kDestinationPastDue,
       {declined,
        Refused(Reason::kDestinationPastDue,
                R"(accept_transfer { name: "billingAccounts/other/transfers/offer" })"),
        {6}}},
      // Of a charge that was declined twice the newest decline counts; what was paid does not.
      {Reason::kFullBalanceRequired,
       {{kVisa, kWeb, SomeCharge("may"), SomeCharge("june"), About(PaymentDeclined("may", "1")),
         About(PaymentDeclined("june")), About(PaymentDeclined("may", "2")),
         About(PaymentSucceeded("june"))},
        Refused(Reason::kFullBalanceRequired, settle),
        {8}}},
      {Reason::kSettlementAlreadyExists,
       {{kVisa, CardAdded("amex"), kWeb, SomeCharge("may"), About(PaymentDeclined("may")),
         OwedBy({"web"}, {}, BalanceSettled("visa", "amex", 1'000, {"may"}))},
        Refused(Reason::kSettlementAlreadyExists, settle),
        {7}}},
      {Reason::kChargeAlreadyExists,
       {declined, Refused(Reason::kChargeAlreadyExists, "record_charge {}", "charges/may"), {4}}},
      {Reason::kChargeAlreadyPaid,
       {{kVisa, kWeb, SomeCharge("may"), About(PaymentSucceeded("may"))},
        Refused(Reason::kChargeAlreadyPaid, R"(void_charge { name: "charges/may" })"),
        {5}}},
      {Reason::kChargeVoided,
       {{kVisa, kWeb, SomeCharge("may"), About(ChargeVoided("may"))},
        Refused(Reason::kChargeVoided, R"(record_payment { name: "charges/may" })"),
        {5}}},
      {Reason::kChargeLimitReached,
       {declined, Refused(Reason::kChargeLimitReached, "record_charge {}"), {5}}},
      {Reason::kBusinessAccountRequired,
       {{kVisa}, Refused(Reason::kBusinessAccountRequired, "request_invoice_payment {}"), {1}}},
      {Reason::kBusinessAccountRequired,
       {{BillingAccountReclassified(true), BillingAccountReclassified(false)},
        Refused(Reason::kBusinessAccountRequired, "request_invoice_payment {}"),
        {3}}},
      {Reason::kInvoicePaymentAlreadyRequested,
       {{InvoicePaymentRequested(), kVisa},
        Refused(Reason::kInvoicePaymentAlreadyRequested, "request_invoice_payment {}"),
        {2}}},
      {Reason::kInvoicePaymentNotRequested,
       {{InvoicePaymentRequested(), InvoicePaymentRejected()},
        Refused(Reason::kInvoicePaymentNotRequested, "decide_invoice_payment {}"),
        {3}}},
      {Reason::kInvoicePaymentNotApproved,
       {{kBare},
        Refused(Reason::kInvoicePaymentNotApproved,
                R"(switch_to_invoice { name: "subscriptions/web" })"),
        {}}},
      {Reason::kInvoicePaymentNotApproved,
       {{kBare, InvoicePaymentRequested()},
        Refused(Reason::kInvoicePaymentNotApproved,
                R"(switch_to_invoice { name: "subscriptions/web" })"),
        {3}}},
  };
}

std::multimap<Reason, Case> CasesOfRolesAndTransfers() {
  const std::string grant = R"(grant_role { principal: "users/bob" role: ROLE_OWNER })";
  const std::string revoke = R"(revoke_role { principal: "users/bob" role: ROLE_OWNER })";
  const std::string administer =
      R"(grant_role { principal: "users/bob" role: ROLE_ADMINISTRATOR })";
  const std::string cancel = R"(cancel_transfer { name: "transfers/offer" })";
  return {
      {Reason::kRoleAlreadyGranted,
       {{RoleGranted("users/bob", v1::ROLE_OWNER), RoleGranted("users/bob", v1::ROLE_READER),
         RoleGranted("users/bob", v1::ROLE_OWNER, "main")},
        Refused(Reason::kRoleAlreadyGranted, grant),
        {2}}},
      {Reason::kRoleNotGranted,
       {{RoleGranted("users/bob", v1::ROLE_OWNER), RoleRevoked("users/bob", v1::ROLE_OWNER), kVisa},
        Refused(Reason::kRoleNotGranted, revoke),
        {3},
        {RoleGranted("users/bob", v1::ROLE_OWNER)}}},
      {Reason::kAdministratorRequired,
       {{AdministratorChanged("users/carol", "users/alice"), kVisa},
        Refused(Reason::kAdministratorRequired, administer),
        {2}}},
      {Reason::kRoleLimitReached,
       {{RoleGranted("users/bob", v1::ROLE_OWNER), RoleGranted("users/eve", v1::ROLE_OWNER), kVisa},
        Refused(Reason::kRoleLimitReached, grant),
        {3}}},
      {Reason::kSubscriptionNotActive,
       {{kBare, SubscriptionDisabled("web")},
        Refused(Reason::kSubscriptionNotActive,
                R"(send_transfer { subscription: "subscriptions/web" })"),
        {3}}},
      {Reason::kTransferAlreadyExists,
       {{kBare, TransferSent("offer", "web")},
        Refused(Reason::kTransferAlreadyExists, "send_transfer {}", "transfers/offer"),
        {3}}},
      {Reason::kTransferAlreadyPending,
       {{kBare, TransferSent("old", "web"), TransferCancelled("old", "web"),
         TransferSent("offer", "web")},
        Refused(Reason::kTransferAlreadyPending,
                R"(send_transfer { subscription: "subscriptions/web" })"),
        {5}}},
      {Reason::kTransferExpired,
       {{kBare, TransferSent("offer", "web")}, Refused(Reason::kTransferExpired, cancel), {3}}},
      {Reason::kTransferExpired,
       {{kBare, TransferSent("offer", "web"), TransferExpired("offer", "web")},
        Refused(Reason::kTransferExpired, cancel),
        {3, 4}}},
      {Reason::kTransferNotPending,
       {{kBare, TransferSent("offer", "web"), TransferDeclined("offer", "web")},
        Refused(Reason::kTransferNotPending, cancel),
        {4}}},
  };
}

std::multimap<Reason, Case> AllCases() {
  std::multimap<Reason, Case> all = CasesOfCards();
  all.merge(CasesOfSubscriptions());
  all.merge(CasesOfPayments());
  all.merge(CasesOfRolesAndTransfers());
  return all;
}

TEST(Explain, TheFactsOfEveryReasonAreThoseThatMadeItTrue) {
  for (const auto& [reason, each] : AllCases()) {
    Log log;
    log.Open("acme");
    for (const v1::Event& fact : each.past) log.Commit({fact});
    const uint64_t refusal = log.Commit({each.refusal});
    for (const v1::Event& fact : each.after) log.Commit({fact});
    const Explanation explanation = Explained(log, refusal);
    EXPECT_EQ(explanation.facts, each.facts) << each.refusal.command_refused().ShortDebugString();
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
    return Explained(log_, refusal).facts;
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
    EXPECT_THAT(explanation.facts, IsEmpty()) << each.type;
    ASSERT_EQ(explanation.blockers.size(), 1u) << each.type;
    EXPECT_EQ(explanation.blockers[0].facts, each.facts) << each.type;
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
  ASSERT_EQ(explanation.facts.size(), kPastDueFactsMax);
  EXPECT_EQ(explanation.facts.front(), last - kPastDueFactsMax + 1);
  EXPECT_EQ(explanation.facts.back(), last);
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
  EXPECT_EQ(explanation.blockers.at(0).facts, (Positions{3, 4, 6}));
  EXPECT_LT(looked_at, 20);
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
