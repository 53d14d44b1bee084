#include <gtest/gtest.h>

#include "aggregates/card/country_rules.h"
#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

// The card that a CARD_ALREADY_EXISTS names.
std::string ExistingCardIn(const kernel::Decision& decision) {
  const auto& refusal = std::get<kernel::Refusal>(decision);
  EXPECT_EQ(refusal.resources.size(), 1u);
  EXPECT_EQ(refusal.resources.front().first, "card");
  return refusal.resources.front().second;
}

TEST(AddCard, SavesTheCardAndNothingElse) {
  Given({}).When(AddCard("visa")).Then({CardAdded("visa")});
}

TEST(AddCard, RecordsTheSubscriptionItWasAddedFrom) {
  auto command = AddCard("visa");
  command.subscription = Subscription("web");
  Given({SubscriptionCreated("web")})
      .When(command)
      .Then({CardAdded("visa", {.subscription = "web"})});
}

TEST(AddCard, MayBeAddedFromADeletedSubscriptionBecauseNothingChangesThere) {
  auto command = AddCard("visa");
  command.subscription = Subscription("web");
  Given({SubscriptionCreated("web"), SubscriptionCancelled("web"), SubscriptionDeleted("web")})
      .When(command)
      .Then({CardAdded("visa", {.subscription = "web"})});
}

TEST(AddCard, RefusedWhenTheSubscriptionIsNotFound) {
  auto command = AddCard("visa");
  command.subscription = Subscription("web");
  Given({}).When(command).ThenRefused(Reason::kSubscriptionNotFound);
}

TEST(AddCard, RefusedWhenTheIdIsTaken) {
  auto command = AddCard("visa");
  command.token = "tok-another";
  auto scenario = Given({CardAdded("visa")});
  scenario.When(command).ThenRefused(Reason::kCardAlreadyExists);
  EXPECT_EQ(ExistingCardIn(scenario.decision()), "cards/visa");
}

TEST(AddCard, RefusedWhenTheIdWasEverTaken) {
  auto scenario = Given({CardAdded("visa"), CardRemoved("visa")});
  scenario.When(AddCard("visa")).ThenRefused(Reason::kCardAlreadyExists);
  EXPECT_EQ(ExistingCardIn(scenario.decision()), "cards/visa");
}

TEST(AddCard, RefusedWhenALiveCardHasTheToken) {
  auto command = AddCard("second");
  command.token = "tok-visa";
  auto scenario = Given({CardAdded("visa")});
  scenario.When(command).ThenRefused(Reason::kCardAlreadyExists);
  EXPECT_EQ(ExistingCardIn(scenario.decision()), "cards/visa");
}

TEST(AddCard, RefusedWhenALiveCardHasTheFingerprint) {
  auto command = AddCard("second");
  command.fingerprint = "fp-1234-abc";
  auto scenario = Given({CardAdded("visa", {.fingerprint = "fp-1234-abc"})});
  scenario.When(command).ThenRefused(Reason::kCardAlreadyExists);
  EXPECT_EQ(ExistingCardIn(scenario.decision()), "cards/visa");
}

TEST(AddCard, TwoCardsWithoutAFingerprintAreTwoCards) {
  Given({CardAdded("visa")}).When(AddCard("second")).Then({CardAdded("second")});
}

TEST(AddCard, ARemovedCardMayBeSavedAgainUnderAnotherId) {
  auto command = AddCard("second");
  command.token = "tok-visa";
  command.fingerprint = "fp-1234-abc";
  Given({CardAdded("visa", {.fingerprint = "fp-1234-abc"}), CardRemoved("visa")})
      .When(command)
      .Then({CardAdded("second", {.token = "tok-visa", .fingerprint = "fp-1234-abc"})});
}

TEST(AddCard, TheSameCardInTwoAccountsIsTwoCards) {
  Given({BillingAccountCreated({.id = "other"}), CardAdded("visa"), BillingAccountCreated()})
      .When(AddCard("visa"))
      .Then({CardAdded("visa")});
}

TEST(AddCard, ACardIsValidUntilNoonAfterItsExpiryMonth) {
  auto command = AddCard("visa");
  command.expiry = {2026, 2};
  const kernel::Instant end = At(2026, 3, 1, 12);
  Given({}).On(Later(end, 0, -1)).When(command).Then({CardAdded("visa", {.expiry = {2026, 2}})});
  Given({}).On(end).When(command).ThenRefused(Reason::kCardExpired);
}

TEST(AddCard, RefusesPrepaidAndVirtualCards) {
  auto prepaid = AddCard("visa");
  prepaid.funding = v1::FUNDING_PREPAID;
  Given({}).When(prepaid).ThenRefused(Reason::kCardTypeNotSupported);

  auto virtual_card = AddCard("visa");
  virtual_card.is_virtual = true;
  Given({}).When(virtual_card).ThenRefused(Reason::kCardTypeNotSupported);
}

TEST(AddCard, RefusesDebitCardsInHongKongAndBrazil) {
  auto debit = AddCard("visa");
  debit.funding = v1::FUNDING_DEBIT;
  for (const char* country : {"HK", "BR"}) {
    SCOPED_TRACE(country);
    Given({BillingAccountCreated({.country = country})})
        .When(debit)
        .ThenRefused(Reason::kDebitNotSupportedInCountry);
    Given({BillingAccountCreated({.country = country})})
        .When(AddCard("visa"))
        .Then({CardAdded("visa")});
  }
}

TEST(AddCard, TakesVisaAndMastercardOnlyInIndia) {
  for (int number = v1::BRAND_VISA; number <= v1::BRAND_OTHER; ++number) {
    const auto brand = static_cast<v1::Brand>(number);
    SCOPED_TRACE(v1::Brand_Name(brand));
    auto command = AddCard("visa");
    command.brand = brand;
    auto scenario = Given({BillingAccountCreated({.country = "IN"})});
    scenario.When(command);
    if (brand == v1::BRAND_VISA || brand == v1::BRAND_MASTERCARD) {
      EXPECT_TRUE(std::holds_alternative<kernel::Facts>(scenario.decision()));
    } else {
      scenario.ThenRefused(Reason::kCardBrandNotSupportedInCountry);
    }
  }
}

TEST(CountryRules, AnyOtherCountryTakesEveryCard) {
  EXPECT_TRUE(card::TakesDebitCards("NL"));
  EXPECT_TRUE(card::TakesDebitCards("IN"));
  EXPECT_TRUE(card::TakesBrand("NL", v1::BRAND_AMEX));
  EXPECT_TRUE(card::TakesBrand("HK", v1::BRAND_AMEX));
}

TEST(AddCard, ADifferentCountryIsRefusedOnlyWhenThePolicyAsks) {
  auto german = AddCard("visa");
  german.country = "DE";
  auto scenario = Given({});
  scenario.When(german);
  EXPECT_TRUE(std::holds_alternative<kernel::Facts>(scenario.decision()));

  const account::Policy match = {.require_card_country_match = true};
  Given({PolicyChanged(match)}).When(german).ThenRefused(Reason::kCardCountryMismatch);
  Given({PolicyChanged(match)}).When(AddCard("visa")).Then({CardAdded("visa")});
}

TEST(AddCard, RefusedBeyondTheLimitOfLiveCards) {
  const account::Policy two = {.max_cards = 2};
  Given({PolicyChanged(two), CardAdded("one"), CardAdded("two")})
      .When(AddCard("three"))
      .ThenRefused(Reason::kCardLimitReached);
  Given({PolicyChanged(two), CardAdded("one"), CardAdded("two"), CardRemoved("one")})
      .When(AddCard("three"))
      .Then({CardAdded("three")});
}

TEST(AddCard, ItsReasonsAnswerLeftToRight) {
  const account::Policy policy = {.require_card_country_match = true, .max_cards = 1};
  const auto past =
      Given({BillingAccountCreated({.country = "HK", .policy = policy}), CardAdded("visa"),
             SubscriptionCreated("web"), SubscriptionCancelled("web"), SubscriptionDeleted("web")});
  const auto expect = [&past](const card::AddCard& command, Reason reason) {
    Scenario(past).When(command).ThenRefused(reason);
  };
  auto command = AddCardAndSetActive("visa", "nowhere");
  command.expiry = {2026, 1};
  command.is_virtual = true;
  command.funding = v1::FUNDING_DEBIT;
  expect(command, Reason::kSubscriptionNotFound);
  command.subscription = Subscription("web");
  expect(command, Reason::kCardAlreadyExists);
  command.card = Card("second");
  command.token = "tok-second";
  expect(command, Reason::kCardExpired);
  command.expiry = kFarExpiry;
  expect(command, Reason::kCardTypeNotSupported);
  command.is_virtual = false;
  expect(command, Reason::kDebitNotSupportedInCountry);
  command.funding = v1::FUNDING_CREDIT;
  expect(command, Reason::kCardCountryMismatch);
  command.country = "HK";
  expect(command, Reason::kCardLimitReached);
  const account::Policy roomy = {.require_card_country_match = true};
  Scenario(past)
      .And({PolicyChanged(roomy)})
      .When(command)
      .ThenRefused(Reason::kSubscriptionDeleted);
}

TEST(AddCard, TheBrandRuleComesBeforeTheCountryMatch) {
  const account::Policy policy = {.require_card_country_match = true};
  auto command = AddCard("amex");
  command.brand = v1::BRAND_AMEX;
  Given({BillingAccountCreated({.country = "IN", .policy = policy})})
      .When(command)
      .ThenRefused(Reason::kCardBrandNotSupportedInCountry);
}

TEST(AddCardAndSetActive, SavesTheCardAndMovesTheSameCardGroup) {
  Given({CardAdded("visa"), SubscriptionCreated("web", "visa"), SubscriptionCreated("mail", "visa"),
         SubscriptionCreated("backup")})
      .When(AddCardAndSetActive("master", "web"))
      .Then({CardAdded("master", {.subscription = "web"}),
             ActiveCardChanged("web", "master", {{"mail", "visa"}, {"web", "visa"}},
                               v1::CHANGE_CAUSE_ADD_CARD)});
}

TEST(AddCardAndSetActive, GivesASubscriptionItsFirstCard) {
  Given({SubscriptionCreated("web")})
      .When(AddCardAndSetActive("visa", "web"))
      .Then({CardAdded("visa", {.subscription = "web"}),
             ActiveCardChanged("web", "visa", {{"web", ""}}, v1::CHANGE_CAUSE_ADD_CARD)});
}

TEST(AddCardAndSetActive, SavesNothingWhenItCannotBecomeActive) {
  auto scenario =
      Given({SubscriptionCreated("web"), SubscriptionCancelled("web"), SubscriptionDeleted("web")});
  scenario.When(AddCardAndSetActive("visa", "web")).ThenRefused(Reason::kSubscriptionDeleted);
  EXPECT_FALSE(scenario.states().Card(scenario.number(), Card("visa")));
}

}  // namespace
}  // namespace billing::given
