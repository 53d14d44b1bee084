// The cases of the domain research page (section 4) that need no charges, transfers,
// billing profiles or concurrency, by their numbers there, under the rules of the design
// page "The domain".
#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

constexpr char kRetained[] = "CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION";
constexpr char kInUse[] = "CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION";
constexpr char kLast[] = "LAST_PAYMENT_METHOD_REQUIRED";

TEST(Case1, BasicCascade) {
  Given({CardAdded("c1"), CardAdded("c2"), CardAdded("c3"), SubscriptionCreated("s1", "c1"),
         SubscriptionCreated("s2", "c1"), SubscriptionCreated("s3", "c3")})
      .When(SetActive("s1", "c2"))
      .Then({ActiveCardChanged("s1", "c2", {{"s1", "c1"}, {"s2", "c1"}})});
}

TEST(Case2, GroupsMergeAndNeverSplit) {
  Given({CardAdded("c1"), CardAdded("c2"), CardAdded("c4"), SubscriptionCreated("s1", "c1"),
         SubscriptionCreated("s2", "c1"), SubscriptionCreated("s3", "c2")})
      .When(SetActive("s1", "c2"))
      .Then({ActiveCardChanged("s1", "c2", {{"s1", "c1"}, {"s2", "c1"}})})
      .When(SetActive("s3", "c4"))
      .Then({ActiveCardChanged("s3", "c4", {{"s1", "c2"}, {"s2", "c2"}, {"s3", "c2"}})});
}

TEST(Case3, AddedWithTheBoxUntickedItIsOnlySaved) {
  auto command = AddCard("c2");
  command.subscription = Subscription("s1");
  auto scenario = Given({CardAdded("c1"), SubscriptionCreated("s1", "c1")});
  scenario.When(command).Then({CardAdded("c2", {.subscription = "s1"})});
  EXPECT_EQ(scenario.states().Subscription(scenario.number(), Subscription("s1"))->card,
            Card("c1"));
  scenario.When(RemoveCard("c2")).Then({CardRemoved("c2")});
}

TEST(Case10, SetActiveToTheSameCardChangesNothing) {
  auto scenario = Given({CardAdded("c1"), SubscriptionCreated("s1", "c1")});
  const uint64_t version = scenario.VersionOf(Subscription("s1"));
  scenario.When(SetActive("s1", "c1")).ThenNothingChanges();
  EXPECT_EQ(scenario.VersionOf(Subscription("s1")), version);
}

TEST(Case12, TheLastCardMayGoUnlessThePolicyRequiresAPaymentMethod) {
  Given({CardAdded("c1")}).When(RemoveCard("c1")).Then({CardRemoved("c1")});
  Given({PolicyChanged({.require_payment_method = true}), CardAdded("c1")})
      .When(RemoveCard("c1"))
      .ThenBlockedBy({{kLast, ""}});
}

TEST(Case13, AnActiveSubscriptionsOnlyCardGoesOnceAnotherIsActive) {
  Given({CardAdded("c1"), SubscriptionCreated("s1", "c1")})
      .When(RemoveCard("c1"))
      .ThenBlockedBy({{kInUse, "subscriptions/s1"}})
      .When(AddCard("c2"))
      .Then({CardAdded("c2")})
      .When(RemoveCard("c1"))
      .ThenBlockedBy({{kInUse, "subscriptions/s1"}})
      .When(SetActive("s1", "c2"))
      .Then({ActiveCardChanged("s1", "c2", {{"s1", "c1"}})})
      .When(RemoveCard("c1"))
      .Then({CardRemoved("c1")});
}

TEST(Case14, ACancelledSubscriptionsCardIsRemovableAtOnceUnderTheDefaultPolicy) {
  Given({CardAdded("c1"), SubscriptionCreated("s1", "c1")})
      .When(CancelSubscription("s1"))
      .Then({SubscriptionCancelled("s1")})
      .When(RemoveCard("c1"))
      .Then({CardRemoved("c1", {"s1"})});
}

TEST(Case14, ACancelledSubscriptionsCardIsRetainedUntilDeletionUnderTheStrictPolicy) {
  const account::Policy strict = {.disabled_holds = true, .cancelled_holds = true};
  const auto past = Given({PolicyChanged(strict), CardAdded("c1"), SubscriptionCreated("s1", "c1"),
                           SubscriptionCancelled("s1")});
  Scenario(past)
      .When(RemoveCard("c1"))
      .ThenBlockedBy({{kRetained, "subscriptions/s1"}})
      .On(Later(Noon(), 90))
      .By(Biller())
      .When(DeleteSubscription("s1"))
      .Then({SubscriptionDeleted("s1")})
      .By(Administrator())
      .When(RemoveCard("c1"))
      .Then({CardRemoved("c1")});
  Scenario(past)
      .When(ReactivateSubscription("s1"))
      .Then({SubscriptionReactivated("s1")})
      .When(RemoveCard("c1"))
      .ThenBlockedBy({{kInUse, "subscriptions/s1"}});
}

TEST(Case16, AnExpiredSavedCardCannotBecomeActive) {
  const auto past = Given({CardAdded("c1", {.expiry = {2026, 5}}), SubscriptionCreated("s1")});
  const kernel::Instant last_second_of_may = At(2026, 5, 31, 23, 59, 59);
  const kernel::Instant end = At(2026, 6, 1, 12);
  const auto moved = ActiveCardChanged("s1", "c1", {{"s1", ""}});
  Scenario(past).On(last_second_of_may).When(SetActive("s1", "c1")).Then({moved});
  Scenario(past).On(Later(end, 0, -1)).When(SetActive("s1", "c1")).Then({moved});
  Scenario(past).On(end).When(SetActive("s1", "c1")).ThenRefused(Reason::kCardExpired);
}

TEST(Case17, ANewNumberIsANewCard) {
  auto command = UpdateExpiry("c1", {2031, 1});
  command.immutable_field = true;
  auto scenario = Given({CardAdded("c1"), SubscriptionCreated("s1", "c1")});
  scenario.When(command).ThenRefused(Reason::kCardNumberImmutable);
  EXPECT_EQ(scenario.states().AllHolders(scenario.number(), Card("c1")),
            std::vector{Subscription("s1")});
}

TEST(Case28, EachUnsupportedCardTypeHasItsOwnReason) {
  auto prepaid = AddCard("c1");
  prepaid.funding = v1::FUNDING_PREPAID;
  Given({}).When(prepaid).ThenRefused(Reason::kCardTypeNotSupported);

  auto virtual_card = AddCard("c1");
  virtual_card.is_virtual = true;
  Given({}).When(virtual_card).ThenRefused(Reason::kCardTypeNotSupported);

  auto debit = AddCard("c1");
  debit.funding = v1::FUNDING_DEBIT;
  for (const char* country : {"BR", "HK"}) {
    Given({BillingAccountCreated({.country = country})})
        .When(debit)
        .ThenRefused(Reason::kDebitNotSupportedInCountry);
  }

  auto amex = AddCard("c1");
  amex.brand = v1::BRAND_AMEX;
  Given({BillingAccountCreated({.country = "IN"})})
      .When(amex)
      .ThenRefused(Reason::kCardBrandNotSupportedInCountry);
}

}  // namespace
}  // namespace billing::given
