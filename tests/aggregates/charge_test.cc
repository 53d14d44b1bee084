#include "aggregates/charge/charge.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

// `web` pays with `visa`, and owes `may` on it.
const std::vector<v1::Event> kWebOwesMay = {
    CardAdded("visa"), SubscriptionCreated("web", "visa"),
    ChargeRecorded("may", {.subscription = "web", .card = "visa"})};

Scenario WebOwesMay(const std::vector<v1::Event>& facts = {}) {
  auto scenario = Given(kWebOwesMay).By(Biller());
  return scenario.And(facts);
}

// A fact about a charge of `web` on `visa`.
v1::Event OfWeb(v1::Event fact) {
  return Concerning({.subscription = "web", .card = "visa"}, std::move(fact));
}

v1::SubscriptionState StateOfWeb(const Scenario& scenario) {
  return scenario.states().Subscription(scenario.number(), Subscription("web"))->state;
}

TEST(RecordCharge, IsOnTheCardThatIsActiveNow) {
  Given({CardAdded("visa"), SubscriptionCreated("web", "visa")})
      .By(Biller())
      .When(ChargeSubscription("may", "web", 1'250))
      .Then({ChargeRecorded("may", {.subscription = "web", .card = "visa", .cents = 1'250})});
  Given({SubscriptionCreated("web")})
      .By(Biller())
      .When(ChargeSubscription("may", "web"))
      .Then({ChargeRecorded("may", {.subscription = "web"})});
}

TEST(RecordCharge, StaysOnItsCardWhenTheSubscriptionGetsAnother) {
  auto scenario =
      WebOwesMay({CardAdded("master"), ActiveCardChanged("web", "master", {{"web", "visa"}})});
  EXPECT_EQ(scenario.states().Charge(scenario.number(), Charge("may"))->card, Card("visa"));
  scenario.When(ChargeSubscription("june", "web"))
      .Then({ChargeRecorded("june", {.subscription = "web", .card = "master"})});
}

TEST(RecordCharge, ByInvoiceIsOnNoCard) {
  Given({BillingAccountCreated({.business = true}), CardAdded("visa"),
         SubscriptionCreated("web", "visa"), InvoicePaymentRequested(), InvoicePaymentApproved(),
         SwitchedToInvoice("web", "visa")})
      .By(Biller())
      .When(ChargeSubscription("may", "web"))
      .Then({ChargeRecorded("may", {.subscription = "web"})});
}

TEST(RecordCharge, UnderACustomerAgreementIsOnTheProfilesCard) {
  auto scenario =
      Given({CustomerAccountCreated(), CardAdded("visa"), BillingProfileCreated("main", "visa"),
             SubscriptionCreatedUnder("main", "web")})
          .By(Biller());
  scenario.When(ChargeProfile("may", "main"))
      .Then({ChargeRecorded("may", {.profile = "main", .card = "visa"})})
      .When(ChargeSubscription("june", "web"))
      .Then({ChargeRecorded("june", {.subscription = "web", .profile = "main", .card = "visa"})});
  for (const char* id : {"may", "june"}) {
    EXPECT_EQ(scenario.states().Charge(scenario.number(), Charge(id))->paying_profile,
              BillingProfile("main"));
  }
}

TEST(RecordCharge, RecordsWhenItIsDue) {
  auto command = ChargeSubscription("may", "web");
  command.due_time = kernel::Instant{1'500'000};
  v1::Event expected = ChargeRecorded("may", {.subscription = "web"});
  auto& due = *expected.mutable_charge_recorded()->mutable_charge()->mutable_due_time();
  due.set_seconds(1);
  due.set_nanos(500'000'000);
  Given({SubscriptionCreated("web")}).By(Biller()).When(command).Then({expected});
}

TEST(RecordCharge, OnlyInTheAccountsCurrency) {
  auto command = ChargeSubscription("may", "web");
  command.amount = {"USD", 1'000};
  Given({SubscriptionCreated("web")})
      .By(Biller())
      .When(command)
      .ThenInvalid("charge.amount.currency_code");
}

TEST(RecordCharge, TheBalanceHasRoomFor64Bits) {
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  auto scenario = WebOwesMay(
      {PaymentDeclined("may"), ChargeRecorded("june", {.subscription = "web", .cents = 500})});
  // 1,000 past due and 500 pending.
  scenario.When(ChargeSubscription("huge", "web", kLargest - 1'499)).ThenInvalid("charge.amount");
  scenario.When(ChargeSubscription("huge", "web", kLargest - 1'500));
  ASSERT_TRUE(std::holds_alternative<kernel::Facts>(scenario.decision()));
  EXPECT_EQ(scenario.states().Head(scenario.number()).unpaid.pending_minor, kLargest - 1'000);
  scenario.When(ChargeSubscription("more", "web", 1)).ThenInvalid("charge.amount");
}

TEST(RecordCharge, ItsReasonsAnswerLeftToRight) {
  auto gone = WebOwesMay({SubscriptionCancelled("web"), SubscriptionDeleted("web")});
  gone.When(ChargeSubscription("may", "nowhere")).ThenRefused(Reason::kSubscriptionNotFound);
  gone.When(ChargeProfile("may", "nowhere")).ThenRefused(Reason::kBillingProfileNotFound);
  gone.When(ChargeSubscription("may", "web")).ThenRefused(Reason::kChargeAlreadyExists);
  EXPECT_EQ(std::get<kernel::Refusal>(gone.decision()).resources,
            (std::vector<std::pair<std::string, std::string>>{{"charge", "charges/may"}}));
  gone.When(ChargeSubscription("june", "web")).ThenRefused(Reason::kSubscriptionDeleted);
  Given({BillingAccountCreated(), SubscriptionCreated("web"), TransferSent("offer", "web"),
         SubscriptionTransferredOut("offer", "web")})
      .By(Biller())
      .When(ChargeSubscription("may", "web"))
      .ThenRefused(Reason::kSubscriptionTransferred);
}

TEST(RecordCharge, AnAccountOwesAtMostFiveThousandUnpaidCharges) {
  std::vector<v1::Event> facts = {SubscriptionCreated("web"), SubscriptionCreated("gone"),
                                  SubscriptionCancelled("gone"), SubscriptionDeleted("gone")};
  for (int i = 0; i < 4'999; ++i) {
    facts.push_back(ChargeRecorded("c" + std::to_string(i), {.subscription = "web"}));
  }
  facts.push_back(PaymentDeclined("c7"));  // PAST_DUE counts like PENDING
  auto scenario = Given(facts).By(Biller());
  scenario.When(ChargeSubscription("last", "web"))
      .Then({ChargeRecorded("last", {.subscription = "web"})})
      .When(ChargeSubscription("one-more", "web"))
      .ThenRefused(Reason::kChargeLimitReached);
  // The last of its reasons.
  scenario.When(ChargeSubscription("last", "web")).ThenRefused(Reason::kChargeAlreadyExists);
  scenario.When(ChargeSubscription("one-more", "gone")).ThenRefused(Reason::kSubscriptionDeleted);
  // What is paid or voided makes room.
  scenario.When(VoidCharge("c1"))
      .Then({Concerning({.subscription = "web"}, ChargeVoided("c1"))})
      .When(ChargeSubscription("one-more", "web"))
      .Then({ChargeRecorded("one-more", {.subscription = "web"})});
}

TEST(RecordCharge, AStoppedSubscriptionMayStillOwe) {
  Given({SubscriptionCreated("web"), SubscriptionCancelled("web")})
      .By(Biller())
      .When(ChargeSubscription("may", "web"))
      .Then({ChargeRecorded("may", {.subscription = "web"})});
}

TEST(RecordPayment, ASuccessPaysTheCharge) {
  auto scenario = WebOwesMay();
  scenario.When(Paid("may")).Then({OfWeb(PaymentSucceeded("may"))});
  EXPECT_EQ(StateOfWeb(scenario), v1::SUBSCRIPTION_STATE_ACTIVE);
}

TEST(RecordPayment, RecordsTheCodesAsReported) {
  auto command = Paid("may");
  command.network_code = "00";
  command.advice_code = "01";
  v1::Event expected = OfWeb(PaymentSucceeded("may"));
  expected.mutable_payment_succeeded()->set_network_code("00");
  expected.mutable_payment_succeeded()->set_advice_code("01");
  WebOwesMay().When(command).Then({expected});
}

TEST(RecordPayment, ADeclineSaysWhatTheCodesMean) {
  auto command = Declined("may");
  command.network_code = "Lost_Card";
  v1::Event expected = OfWeb(PaymentDeclined("may"));
  expected.mutable_payment_declined()->set_network_code("Lost_Card");
  expected.mutable_payment_declined()->set_reason(v1::DECLINE_REASON_CARD_LOST_OR_STOLEN);
  expected.mutable_payment_declined()->set_kind(v1::DECLINE_KIND_HARD);
  WebOwesMay().When(command).Then({expected, SubscriptionBecamePastDue("web")});
}

TEST(RecordPayment, OnlyAnActiveSubscriptionBecomesPastDue) {
  auto scenario = WebOwesMay({ChargeRecorded("june", {.subscription = "web", .card = "visa"})});
  scenario.When(Declined("may"))
      .Then({OfWeb(PaymentDeclined("may")), SubscriptionBecamePastDue("web")})
      .When(Declined("june"))
      .Then({OfWeb(PaymentDeclined("june"))});
  EXPECT_EQ(StateOfWeb(scenario), v1::SUBSCRIPTION_STATE_PAST_DUE);
  WebOwesMay({SubscriptionDisabled("web")})
      .When(Declined("may"))
      .Then({OfWeb(PaymentDeclined("may"))});
  WebOwesMay({SubscriptionCancelled("web")})
      .When(Declined("may"))
      .Then({OfWeb(PaymentDeclined("may"))});
}

TEST(RecordPayment, TheLastPastDueChargeThatIsPaidMakesItCurrent) {
  auto scenario = WebOwesMay({ChargeRecorded("june", {.subscription = "web", .card = "visa"}),
                              ChargeRecorded("july", {.subscription = "web", .card = "visa"})});
  scenario.When(Declined("may"))
      .When(Declined("june"))
      .When(Paid("may", "second"))
      .Then({OfWeb(PaymentSucceeded("may", "second"))})
      .When(Paid("july"))  // was never past due
      .Then({OfWeb(PaymentSucceeded("july"))})
      .When(Paid("june", "second"))
      .Then({OfWeb(PaymentSucceeded("june", "second")), SubscriptionBecameCurrent("web")});
  EXPECT_EQ(StateOfWeb(scenario), v1::SUBSCRIPTION_STATE_ACTIVE);
}

TEST(RecordPayment, AStoppedSubscriptionStaysStoppedWhenItPays) {
  auto scenario = WebOwesMay();
  scenario.When(Declined("may"))
      .When(DisableSubscription("web"))
      .When(Paid("may", "second"))
      .Then({OfWeb(PaymentSucceeded("may", "second"))});
  EXPECT_EQ(StateOfWeb(scenario), v1::SUBSCRIPTION_STATE_DISABLED);
}

TEST(RecordPayment, APastDueChargeMayBeDeclinedAgainForAnotherReason) {
  auto again = Declined("may", "second");
  again.network_code = "54";
  v1::Event expected = OfWeb(PaymentDeclined("may", "second"));
  expected.mutable_payment_declined()->set_network_code("54");
  expected.mutable_payment_declined()->set_reason(v1::DECLINE_REASON_CARD_EXPIRED);
  expected.mutable_payment_declined()->set_kind(v1::DECLINE_KIND_CUSTOMER_ACTION);
  auto scenario = WebOwesMay();
  scenario.When(Declined("may")).When(again).Then({expected});
  const auto may = scenario.states().Charge(scenario.number(), Charge("may"));
  EXPECT_EQ(may->network_code, "54");
  EXPECT_EQ(may->reason, v1::DECLINE_REASON_CARD_EXPIRED);
  EXPECT_EQ(scenario.states().Head(scenario.number()).unpaid.past_due_count, 1u);
}

TEST(RecordPayment, DeclinesOfAProfilesChargeChangeNoSubscription) {
  Given({CustomerAccountCreated(), CardAdded("visa"), BillingProfileCreated("main", "visa"),
         SubscriptionCreatedUnder("main", "web"),
         ChargeRecorded("may", {.profile = "main", .card = "visa"})})
      .By(Biller())
      .When(Declined("may"))
      .Then({Concerning({.profile = "main", .card = "visa"}, PaymentDeclined("may"))})
      .When(Paid("may", "second"))
      .Then({Concerning({.profile = "main", .card = "visa"}, PaymentSucceeded("may", "second"))});
}

TEST(RecordPayment, ConcernsTheProfileThatTheSubscriptionWasBilledTo) {
  const ChargeOptions charged = {.subscription = "web", .profile = "main", .card = "visa"};
  auto scenario =
      Given({CustomerAccountCreated(), CardAdded("visa"), BillingProfileCreated("main", "visa"),
             BillingProfileCreated("east", "visa"), SubscriptionCreatedUnder("main", "web"),
             ChargeRecorded("may", charged), ChargeRecorded("june", charged),
             BillingProfileChanged("web", "east", "main")})
          .By(Biller());
  scenario.When(Paid("may"))
      .Then({Concerning(charged, PaymentSucceeded("may"))})
      .When(VoidCharge("june"))
      .Then({Concerning(charged, ChargeVoided("june"))});
}

TEST(RecordPayment, TheSameReportAgainChangesNothing) {
  WebOwesMay()
      .When(Declined("may", "first"))
      .When(Declined("may", "first"))
      .ThenNothingChanges()
      .When(Paid("may", "second"))
      .Then({OfWeb(PaymentSucceeded("may", "second")), SubscriptionBecameCurrent("web")})
      // Also of a charge that is paid by now, and whichever report it repeats.
      .When(Paid("may", "second"))
      .ThenNothingChanges()
      .When(Declined("may", "first"))
      .ThenNothingChanges();
}

TEST(RecordPayment, AnotherOutcomeUnderTheSameReferenceIsAnotherReport) {
  WebOwesMay()
      .When(Declined("may", "first"))
      .When(Paid("may", "first"))
      .Then({OfWeb(PaymentSucceeded("may", "first")), SubscriptionBecameCurrent("web")})
      .When(Declined("may", "first"))
      .ThenNothingChanges();
}

TEST(RecordPayment, TheSameReferenceOfAnotherChargeIsAnotherReport) {
  WebOwesMay({ChargeRecorded("june", {.subscription = "web", .card = "visa"}),
              PaymentSucceeded("may", "first")})
      .When(Paid("june", "first"))
      .Then({OfWeb(PaymentSucceeded("june", "first"))});
}

TEST(RecordPayment, RefusedOnceThereIsNothingToPay) {
  WebOwesMay({PaymentSucceeded("may")})
      .When(Paid("may", "second"))
      .ThenRefused(Reason::kChargeAlreadyPaid)
      .When(Declined("may", "second"))
      .ThenRefused(Reason::kChargeAlreadyPaid);
  WebOwesMay({ChargeVoided("may")})
      .When(Paid("may"))
      .ThenRefused(Reason::kChargeVoided)
      .When(Declined("may"))
      .ThenRefused(Reason::kChargeVoided);
  WebOwesMay().When(Paid("june")).ThenRefused(Reason::kChargeNotFound);
}

TEST(RecordPayment, TheChargesVersionGuardsIt) {
  auto scenario = WebOwesMay();
  const uint64_t version = scenario.VersionOf(Charge("may"));
  scenario.When(AtVersion(Declined("may"), version))
      .Then({OfWeb(PaymentDeclined("may")), SubscriptionBecamePastDue("web")})
      .When(AtVersion(Declined("may"), version))
      .ThenRefused(Reason::kEtagMismatch)
      .When(AtVersion(VoidCharge("may"), version))
      .ThenRefused(Reason::kEtagMismatch);
}

TEST(VoidCharge, TakesTheChargeAway) {
  WebOwesMay()
      .When(VoidCharge("may"))
      .Then({OfWeb(ChargeVoided("may"))})
      .When(VoidCharge("may"))
      .ThenNothingChanges()
      .When(VoidCharge("june"))
      .ThenRefused(Reason::kChargeNotFound);
}

TEST(VoidCharge, RefusedOnceItIsPaid) {
  WebOwesMay({PaymentSucceeded("may")})
      .When(VoidCharge("may"))
      .ThenRefused(Reason::kChargeAlreadyPaid);
}

TEST(VoidCharge, OfTheLastPastDueOneMakesTheSubscriptionCurrent) {
  WebOwesMay({ChargeRecorded("june", {.subscription = "web", .card = "visa"})})
      .When(Declined("may"))
      .When(VoidCharge("june"))
      .Then({OfWeb(ChargeVoided("june"))})
      .When(VoidCharge("may"))
      .Then({OfWeb(ChargeVoided("may")), SubscriptionBecameCurrent("web")});
}

TEST(ReactivateSubscription, RefusedWhileAChargeOfItIsPastDue) {
  auto scenario = WebOwesMay({SubscriptionCreated("mail", "visa"), SubscriptionCancelled("mail")});
  scenario.When(Declined("may"))
      .When(CancelSubscription("web"))
      .When(ReactivateSubscription("mail"))  // another's debt
      .Then({SubscriptionReactivated("mail")})
      .When(ReactivateSubscription("web"))
      .ThenRefused(Reason::kOutstandingCharges)
      .When(VoidCharge("may"))
      .Then({OfWeb(ChargeVoided("may"))})
      .When(ReactivateSubscription("web"))
      .Then({SubscriptionReactivated("web")});
}

TEST(ReactivateSubscription, WhatIsOwedAnswersBeforeTheMissingMethod) {
  Given({SubscriptionCreated("web"), ChargeRecorded("may", {.subscription = "web"}),
         PaymentDeclined("may"), SubscriptionCancelled("web")})
      .When(ReactivateSubscription("web"))
      .ThenRefused(Reason::kOutstandingCharges);
}

}  // namespace
}  // namespace billing::given
