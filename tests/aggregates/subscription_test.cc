#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

const account::AccountState& AccountUnder(v1::Agreement agreement) {
  static account::AccountState state{.id = Account(),
                                     .administrator = kernel::Principal::FromStored("users/alice")};
  state.agreement = agreement;
  return state;
}

TEST(CreateSubscription, MayStartWithoutAPaymentMethod) {
  Given({}).When(CreateSubscription("web")).Then({SubscriptionCreated("web")});
}

TEST(CreateSubscription, ItsCardMovesNobodyElse) {
  auto scenario =
      Given({CardAdded("visa"), CardAdded("master"), SubscriptionCreated("web", "visa")});
  scenario.When(CreateSubscription("mail", "master")).Then({SubscriptionCreated("mail", "master")});
  EXPECT_EQ(scenario.states().Subscription(scenario.number(), Subscription("web"))->card,
            Card("visa"));
}

TEST(CreateSubscription, RecordsNameAndKind) {
  auto command = CreateSubscription("web");
  command.display_name = "Web shop";
  command.kind = v1::SUBSCRIPTION_KIND_RESERVATION;
  auto expected = SubscriptionCreated("web", "", v1::SUBSCRIPTION_KIND_RESERVATION);
  expected.mutable_subscription_created()->mutable_subscription()->set_display_name("Web shop");
  Given({}).When(command).Then({expected});
}

TEST(CreateSubscription, AnUnsetKindIsConsumption) {
  auto command = CreateSubscription("web");
  command.kind = v1::SUBSCRIPTION_KIND_UNSPECIFIED;
  Given({}).When(command).Then({SubscriptionCreated("web", "", v1::SUBSCRIPTION_KIND_CONSUMPTION)});
}

TEST(CreateSubscription, RefusedWhenTheIdWasEverTaken) {
  Given({SubscriptionCreated("web"), SubscriptionCancelled("web"), SubscriptionDeleted("web")})
      .When(CreateSubscription("web"))
      .ThenRefused(Reason::kSubscriptionAlreadyExists);
}

TEST(CreateSubscription, RefusedBeyondTwoThousandLiveOnes) {
  std::vector<v1::Event> facts;
  for (int i = 0; i < 2'000; ++i) facts.push_back(SubscriptionCreated("s" + std::to_string(i)));
  Given(facts).When(CreateSubscription("web")).ThenRefused(Reason::kSubscriptionLimitReached);
  Given(facts)
      .And({SubscriptionCancelled("s7"), SubscriptionDeleted("s7")})
      .When(CreateSubscription("web"))
      .Then({SubscriptionCreated("web")});
}

TEST(CreateSubscription, RefusedUnlessItsCardIsUsable) {
  Given({}).When(CreateSubscription("web", "visa")).ThenRefused(Reason::kCardNotFound);
  Given({CardAdded("visa"), CardRemoved("visa")})
      .When(CreateSubscription("web", "visa"))
      .ThenRefused(Reason::kCardRemoved);
  Given({CardAdded("visa", {.expiry = {2026, 2}})})
      .When(CreateSubscription("web", "visa"))
      .ThenRefused(Reason::kCardExpired);
}

TEST(CreateSubscription, ACardOfAnotherAccountIsNotFound) {
  Given({BillingAccountCreated({.id = "other"}), CardAdded("visa"), BillingAccountCreated()})
      .When(CreateSubscription("web", "visa"))
      .ThenRefused(Reason::kCardNotFound);
}

TEST(CreateSubscription, ABillingProfileThatIsNotThereIsNotFound) {
  auto command = CreateSubscription("web");
  command.billing_profile = BillingProfile("main");
  const auto past = Given(
      {BillingAccountCreated({.agreement = v1::AGREEMENT_CUSTOMER_AGREEMENT}), CardAdded("visa")});
  Scenario(past).When(command).ThenRefused(Reason::kBillingProfileNotFound);
  command.card = Card("visa");
  Scenario(past).When(command).ThenRefused(Reason::kBillingProfileNotFound);
}

TEST(CreateSubscription, NoBillingProfileIsLookedForUnderPayAsYouGo) {
  auto command = CreateSubscription("web");
  command.billing_profile = BillingProfile("main");
  Given({}).When(command).ThenRefused(Reason::kAgreementNotSupported);
  command.card = Card("visa");
  Given({CardAdded("visa")}).When(command).ThenRefused(Reason::kAgreementNotSupported);
  // What is named and can be there is looked for first.
  Given({}).When(command).ThenRefused(Reason::kCardNotFound);
}

TEST(CreateSubscription, UnderACustomerAgreementAProfilePaysAndNoCard) {
  const auto past = Given(
      {BillingAccountCreated({.agreement = v1::AGREEMENT_CUSTOMER_AGREEMENT}), CardAdded("visa")});
  Scenario(past)
      .When(CreateSubscription("web", "visa"))
      .ThenRefused(Reason::kAgreementNotSupported);
  Scenario(past).When(CreateSubscription("web")).ThenRefused(Reason::kBillingProfileRequired);
}

TEST(CreateSubscription, AProfilePaysOnlyUnderACustomerAgreement) {
  auto command = CreateSubscription("web");
  command.billing_profile = BillingProfile("main");
  const auto refused =
      subscription::Decide(command, AccountUnder(v1::AGREEMENT_PAY_AS_YOU_GO), {}, Noon());
  EXPECT_EQ(std::get<kernel::Refusal>(refused).reason, Reason::kAgreementNotSupported);

  const auto created =
      subscription::Decide(command, AccountUnder(v1::AGREEMENT_CUSTOMER_AGREEMENT), {}, Noon());
  EXPECT_EQ(std::get<kernel::Facts>(created)
                .front()
                .subscription_created()
                .subscription()
                .billing_profile(),
            "billingProfiles/main");
}

TEST(CreateSubscription, ItsReasonsAnswerLeftToRight) {
  const auto agreement = v1::AGREEMENT_CUSTOMER_AGREEMENT;
  const auto reason_of = [](const subscription::Newcomer& newcomer, v1::Agreement under) {
    const auto decision = subscription::Decide(CreateSubscription("web", "visa"),
                                               AccountUnder(under), newcomer, Noon());
    return std::get<kernel::Refusal>(decision).reason;
  };
  subscription::Newcomer newcomer{
      .id_taken = true, .live_subscriptions = 2'000, .card = kernel::PayingCard{false, {2026, 1}}};
  EXPECT_EQ(reason_of(newcomer, agreement), Reason::kSubscriptionAlreadyExists);
  newcomer.id_taken = false;
  EXPECT_EQ(reason_of(newcomer, agreement), Reason::kSubscriptionLimitReached);
  newcomer.live_subscriptions = 1'999;
  EXPECT_EQ(reason_of(newcomer, agreement), Reason::kAgreementNotSupported);
  EXPECT_EQ(reason_of(newcomer, v1::AGREEMENT_PAY_AS_YOU_GO), Reason::kCardRemoved);
  newcomer.card->live = true;
  EXPECT_EQ(reason_of(newcomer, v1::AGREEMENT_PAY_AS_YOU_GO), Reason::kCardExpired);
}

TEST(UpdateSubscription, RecordsTheNewName) {
  Given({SubscriptionCreated("web")})
      .When(UpdateSubscription("web", "Web shop"))
      .Then({SubscriptionUpdated("web", "Web shop")});
}

TEST(UpdateSubscription, TheSameNameChangesNothing) {
  Given({SubscriptionCreated("web"), SubscriptionUpdated("web", "Web shop")})
      .When(UpdateSubscription("web", "Web shop"))
      .ThenNothingChanges();
}

TEST(UpdateSubscription, RefusedOnceDeletedOrTransferred) {
  Given({SubscriptionCreated("web"), SubscriptionCancelled("web"), SubscriptionDeleted("web")})
      .When(UpdateSubscription("web", "Web shop"))
      .ThenRefused(Reason::kSubscriptionDeleted);

  const subscription::SubscriptionState gone{.state = v1::SUBSCRIPTION_STATE_TRANSFERRED};
  const auto decision = subscription::Decide(UpdateSubscription("web", "Web shop"), gone);
  EXPECT_EQ(std::get<kernel::Refusal>(decision).reason, Reason::kSubscriptionTransferred);
}

TEST(ChangeBillingProfile, UnderPayAsYouGoThereAreNoProfiles) {
  Given({}).When(ChangeBillingProfile("web", "main")).ThenRefused(Reason::kSubscriptionNotFound);
  Given({SubscriptionCreated("web")})
      .When(ChangeBillingProfile("web", "main"))
      .ThenRefused(Reason::kAgreementNotSupported);
}

}  // namespace
}  // namespace billing::given
