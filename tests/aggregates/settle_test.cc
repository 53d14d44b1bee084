// The biller reports that the processor captured all that is past due on a failed card and
// the card that paid for it.
#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

// `web` and `mail` pay with `visa`, `shop` with `master`; 30.00 is past due on the first and
// 5.00 on the second.
Scenario BothCardsOwe(const std::vector<v1::Event>& facts = {}) {
  auto scenario =
      Given({CardAdded("visa"), CardAdded("master"), SubscriptionCreated("web", "visa"),
             SubscriptionCreated("mail", "visa"), SubscriptionCreated("shop", "master"),
             ChargeRecorded("c-web", {.subscription = "web", .card = "visa", .cents = 1'000}),
             ChargeRecorded("a-web", {.subscription = "web", .card = "visa", .cents = 2'000}),
             ChargeRecorded("b-shop", {.subscription = "shop", .card = "master", .cents = 500}),
             ChargeRecorded("pending", {.subscription = "mail", .card = "visa", .cents = 700}),
             PaymentDeclined("c-web"), SubscriptionBecamePastDue("web"), PaymentDeclined("a-web"),
             PaymentDeclined("b-shop"), SubscriptionBecamePastDue("shop")});
  scenario.And(facts).By(Biller());
  return scenario;
}

const v1::Event kSettled = OwedBy(
    {"shop", "web"}, {}, BalanceSettled("visa", "master", 3'500, {"a-web", "b-shop", "c-web"}));

v1::Event SettleMoved(const Moves& moves) {
  return ActiveCardChanged("", "master", moves, v1::CHANGE_CAUSE_SETTLE);
}

TEST(SettleBalance, PaysBothCardsAndMovesWhoUsedTheFailedOne) {
  auto scenario = BothCardsOwe();
  scenario.When(SettleBalance("visa", "master", 3'500))
      .Then({kSettled, SubscriptionBecameCurrent("shop"), SubscriptionBecameCurrent("web"),
             SettleMoved({{"mail", "visa"}, {"web", "visa"}})});
  const auto unpaid = scenario.states().Head(scenario.number()).unpaid;
  EXPECT_EQ(unpaid, (kernel::Unpaid{.pending_count = 1, .pending_minor = 700}));
}

TEST(SettleBalance, RecordsWhoAsked) {
  auto command = SettleBalance("visa", "master", 3'500);
  command.requested_by = "users/alice";
  auto scenario = BothCardsOwe().When(command);
  const auto& facts = std::get<kernel::Facts>(scenario.decision());
  EXPECT_EQ(facts.front().balance_settled().requested_by(), "users/alice");
}

TEST(SettleBalance, TheCascadePolicyDoesNotWidenIt) {
  auto scenario =
      BothCardsOwe({PolicyChanged({.cascade_all_subscriptions = true}), CardAdded("amex"),
                    SubscriptionCreated("other", "amex"), SubscriptionCreated("none")});
  scenario.When(SettleBalance("visa", "master", 3'500))
      .Then({kSettled, SubscriptionBecameCurrent("shop"), SubscriptionBecameCurrent("web"),
             SettleMoved({{"mail", "visa"}, {"web", "visa"}})});
}

TEST(SettleBalance, MovesNobodyWhenNobodyUsesTheFailedCardAnyMore) {
  BothCardsOwe({ActiveCardChanged("web", "master", {{"mail", "visa"}, {"web", "visa"}})})
      .When(SettleBalance("visa", "master", 3'500))
      .Then({kSettled, SubscriptionBecameCurrent("shop"), SubscriptionBecameCurrent("web")});
}

TEST(SettleBalance, ASubscriptionThatOwesOnAThirdCardStaysPastDue) {
  BothCardsOwe({CardAdded("amex"), ChargeRecorded("d-web", {.subscription = "web", .card = "amex"}),
                PaymentDeclined("d-web")})
      .When(SettleBalance("visa", "master", 3'500))
      .Then({kSettled, SubscriptionBecameCurrent("shop"),
             SettleMoved({{"mail", "visa"}, {"web", "visa"}})});
}

TEST(SettleBalance, AStoppedSubscriptionStaysStopped) {
  BothCardsOwe({SubscriptionCancelled("web")})
      .When(SettleBalance("visa", "master", 3'500))
      .Then({kSettled, SubscriptionBecameCurrent("shop"),
             SettleMoved({{"mail", "visa"}, {"web", "visa"}})});
}

TEST(SettleBalance, TheSameReportAgainChangesNothing) {
  auto command = SettleBalance("visa", "master", 3'500);
  command.requested_by = "users/alice";
  BothCardsOwe().When(command).When(command).ThenNothingChanges();
}

TEST(SettleBalance, OneReferenceStandsForOneSettlement) {
  auto scenario = BothCardsOwe({CardAdded("amex"), CardAdded("gone"), CardRemoved("gone")});
  scenario.When(SettleBalance("visa", "master", 3'500));
  auto asked = SettleBalance("visa", "master", 3'500);
  asked.requested_by = "users/alice";
  for (const auto& other :
       {SettleBalance("visa", "master", 3'499), SettleBalance("amex", "master", 3'500),
        SettleBalance("visa", "amex", 3'500), SettleBalance("master", "visa", 3'500),
        SettleBalance("visa", "gone", 1), asked}) {
    scenario.When(other).ThenRefused(Reason::kSettlementAlreadyExists);
  }
  // Under its own reference the same is another settlement.
  auto own = SettleBalance("visa", "master", 3'500);
  own.processor_reference = "ref-own";
  scenario.When(own).ThenRefused(Reason::kNoBalanceDue);
  // What is named is looked up first.
  scenario.When(SettleBalance("visa", "nowhere", 3'500)).ThenRefused(Reason::kCardNotFound);
}

TEST(SettleBalance, NothingIsDueOnTheFailedCard) {
  Given({CardAdded("visa"), CardAdded("master"), SubscriptionCreated("web", "master"),
         SubscriptionCreated("mail", "visa"),
         ChargeRecorded("may", {.subscription = "web", .card = "master"}), PaymentDeclined("may"),
         ChargeRecorded("june", {.subscription = "mail", .card = "visa"})})
      .By(Biller())
      .When(SettleBalance("visa", "master", 1'000))
      .ThenRefused(Reason::kNoBalanceDue);
}

TEST(SettleBalance, TheAmountIsAllThatIsPastDueOnBoth) {
  for (const int64_t cents : {3'000, 3'499, 3'501, 4'200}) {
    BothCardsOwe()
        .When(SettleBalance("visa", "master", cents))
        .ThenRefused(Reason::kFullBalanceRequired);
  }
}

TEST(SettleBalance, OnlyInTheAccountsCurrency) {
  auto command = SettleBalance("visa", "master", 3'500);
  command.amount.currency = "USD";
  BothCardsOwe().When(command).ThenInvalid("amount.currency_code");
}

TEST(SettleBalance, ItsReasonsAnswerLeftToRight) {
  BothCardsOwe().When(SettleBalance("nowhere", "master", 1)).ThenRefused(Reason::kCardNotFound);
  BothCardsOwe().When(SettleBalance("visa", "nowhere", 1)).ThenRefused(Reason::kCardNotFound);
  BothCardsOwe({CardAdded("gone"), CardRemoved("gone")})
      .When(SettleBalance("visa", "gone", 1))
      .ThenRefused(Reason::kFullBalanceRequired)
      .When(SettleBalance("visa", "gone", 3'000))
      .ThenRefused(Reason::kCardRemoved);
  BothCardsOwe({CardAdded("old", {.expiry = {2026, 2}})})
      .When(SettleBalance("visa", "old", 3'000))
      .ThenRefused(Reason::kCardExpired);
}

TEST(SettleBalance, TheFailedCardMayHaveExpired) {
  BothCardsOwe({CardUpdated("visa", {"expiry"}, kernel::YearMonth{2026, 2})})
      .When(SettleBalance("visa", "master", 3'500))
      .Then({kSettled, SubscriptionBecameCurrent("shop"), SubscriptionBecameCurrent("web"),
             SettleMoved({{"mail", "visa"}, {"web", "visa"}})});
}

TEST(SettleBalance, UnderACustomerAgreementTheProfilesGetThePayingCard) {
  Given({CustomerAccountCreated(), CardAdded("visa"), CardAdded("master"),
         BillingProfileCreated("main", "visa"), BillingProfileCreated("east", "visa"),
         BillingProfileCreated("west", "master"), BillingProfileCreated("old", "visa"),
         PaymentMethodDetached("old", "visa"), SubscriptionCreatedUnder("main", "web"),
         ChargeRecorded("may", {.subscription = "web", .card = "visa"}),
         ChargeRecorded("june", {.profile = "east", .card = "visa"}), PaymentDeclined("may"),
         SubscriptionBecamePastDue("web"), PaymentDeclined("june")})
      .By(Biller())
      .When(SettleBalance("visa", "master", 2'000))
      .Then({OwedBy({"web"}, {"east", "main"},
                    BalanceSettled("visa", "master", 2'000, {"june", "may"})),
             SubscriptionBecameCurrent("web"), PaymentMethodReplaced("east", "master", "visa"),
             PaymentMethodReplaced("main", "master", "visa")});
}

}  // namespace
}  // namespace billing::given
