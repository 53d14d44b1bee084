// Role, etag, not found, the command's own reasons, nothing to change: the first hit
// answers. Source: design page "The domain", Order of checks.
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;

constexpr uint64_t kOtherVersion = 999;

TEST(OrderOfChecks, TheRoleComesBeforeTheEtag) {
  const auto past = Given({CardAdded("visa"), SubscriptionCreated("web")});
  Scenario(past)
      .By(Stranger())
      .When(AtVersion(SetActive("web", "visa"), kOtherVersion))
      .ThenRefused(Reason::kRoleRequired);
  Scenario(past)
      .And({SubscriptionDisabled("web")})
      .When(AtVersion(CancelSubscription("web"), kOtherVersion))
      .ThenRefused(Reason::kRoleRequired);
}

TEST(OrderOfChecks, WhatTheAccountShowsToBeMalformedComesAfterTheRole) {
  auto charge = ChargeSubscription("may", "web");
  charge.amount.currency = "USD";
  auto settle = SettleBalance("visa", "master", 1'000);
  settle.amount.currency = "USD";
  for (const judge::Command& command : std::initializer_list<judge::Command>{charge, settle}) {
    Given({}).By(Stranger()).When(command).ThenRefused(Reason::kRoleRequired);
  }
  Given({}).By(Stranger()).When(HandOverTo("users/bob")).ThenRefused(Reason::kRoleRequired);
}

TEST(OrderOfChecks, WhatTheAccountShowsToBeMalformedComesBeforeEtagAndNotFound) {
  auto charge = ChargeSubscription("may", "nowhere");
  charge.amount.currency = "USD";
  Given({}).By(Biller()).When(charge).ThenInvalid("charge.amount.currency_code");
  auto huge = ChargeProfile("may", "nowhere", std::numeric_limits<int64_t>::max());
  Given({SubscriptionCreated("web"), ChargeRecorded("april", {.subscription = "web", .cents = 1})})
      .By(Biller())
      .When(huge)
      .ThenInvalid("charge.amount");
  auto settle = SettleBalance("nowhere", "nothing", 1'000);
  settle.amount.currency = "USD";
  Given({}).By(Biller()).When(settle).ThenInvalid("amount.currency_code");
  Given({})
      .By(Operator())
      .When(AtVersion(HandOverTo("users/bob"), kOtherVersion))
      .ThenInvalid("reason");
}

TEST(OrderOfChecks, TheEtagComesBeforeWhatElseIsNotFound) {
  Given({SubscriptionCreated("web")})
      .When(AtVersion(SetActive("web", "nowhere"), kOtherVersion))
      .ThenRefused(Reason::kEtagMismatch);
  Given({SubscriptionCreated("web")})
      .When(AtVersion(ChangeBillingProfile("web", "nowhere"), kOtherVersion))
      .ThenRefused(Reason::kEtagMismatch);
}

TEST(OrderOfChecks, WhatIsNotThereHasNoVersion) {
  Given({})
      .When(AtVersion(SetActive("web", "visa"), kOtherVersion))
      .ThenRefused(Reason::kSubscriptionNotFound);
  Given({})
      .When(AtVersion(UpdateHolderName("visa"), kOtherVersion))
      .ThenRefused(Reason::kCardNotFound);
  Given({}).When(AtVersion(RemoveCard("visa"), kOtherVersion)).ThenRefused(Reason::kCardNotFound);
}

TEST(OrderOfChecks, ARemovedCardStillHasItsVersion) {
  const auto past = Given({CardAdded("visa"), CardRemoved("visa")});
  Scenario(past)
      .When(AtVersion(RemoveCard("visa"), kOtherVersion))
      .ThenRefused(Reason::kEtagMismatch);
  Scenario(past)
      .When(AtVersion(RemoveCard("visa"), past.VersionOf(Card("visa"))))
      .ThenRefused(Reason::kCardNotFound);
  Scenario(past).When(RemoveCard("visa")).ThenRefused(Reason::kCardNotFound);
}

TEST(OrderOfChecks, TheEtagComesBeforeTheCommandsOwnReasons) {
  const auto past = Given({CardAdded("visa"), CardRemoved("visa"), SubscriptionCreated("web"),
                           SubscriptionCancelled("web"), SubscriptionDeleted("web"),
                           CardAdded("master"), SubscriptionCreated("mail", "master")});
  for (const judge::Command& command : std::initializer_list<judge::Command>{
           AtVersion(UpdateHolderName("visa"), kOtherVersion),
           AtVersion(SetActive("web", "visa"), kOtherVersion),
           AtVersion(UpdateSubscription("web", "Web shop"), kOtherVersion),
           AtVersion(ReactivateSubscription("web"), kOtherVersion),
           AtVersion(RemoveCard("master"), kOtherVersion)}) {
    Scenario(past).When(command).ThenRefused(Reason::kEtagMismatch);
  }
}

TEST(OrderOfChecks, TheEtagComesBeforeNothingToChange) {
  Given({CardAdded("visa"), SubscriptionCreated("web", "visa")})
      .When(AtVersion(SetActive("web", "visa"), kOtherVersion))
      .ThenRefused(Reason::kEtagMismatch);
}

TEST(OrderOfChecks, AVersionThatMatchesLetsTheCommandThrough) {
  const auto past = Given({CardAdded("visa"), CardAdded("master"),
                           SubscriptionCreated("web", "visa"), SubscriptionUpdated("web", "W")});
  const uint64_t card_version = past.VersionOf(Card("visa"));
  const uint64_t web_version = past.VersionOf(Subscription("web"));
  Scenario(past)
      .When(AtVersion(UpdateHolderName("visa"), card_version))
      .Then({CardUpdated("visa", {"holder_name"})})
      .When(AtVersion(UpdateHolderName("visa"), card_version))
      .ThenRefused(Reason::kEtagMismatch);
  Scenario(past)
      .When(AtVersion(SetActive("web", "master"), web_version))
      .Then({ActiveCardChanged("web", "master", {{"web", "visa"}})})
      .When(AtVersion(SetActive("web", "visa"), web_version))
      .ThenRefused(Reason::kEtagMismatch);
  Scenario(past)
      .When(AtVersion(RemoveCard("master"), past.VersionOf(Card("master"))))
      .Then({CardRemoved("master")});
}

TEST(OrderOfChecks, BecomingActiveDoesNotChangeTheCardsVersion) {
  auto scenario = Given({CardAdded("visa"), SubscriptionCreated("web")});
  const uint64_t version = scenario.VersionOf(Card("visa"));
  scenario.When(SetActive("web", "visa"))
      .Then({ActiveCardChanged("web", "visa", {{"web", ""}})})
      .When(AtVersion(UpdateHolderName("visa"), version))
      .Then({CardUpdated("visa", {"holder_name"})});
}

TEST(OrderOfChecks, NotFoundComesBeforeTheCommandsOwnReasons) {
  const auto past =
      Given({SubscriptionCreated("web"), SubscriptionCancelled("web"), SubscriptionDeleted("web")});
  Scenario(past).When(SetActive("web", "nowhere")).ThenRefused(Reason::kCardNotFound);
  Scenario(past).When(CreateSubscription("web", "nowhere")).ThenRefused(Reason::kCardNotFound);
  auto guarded = SetActive("web", "visa");
  guarded.expected_current_card = Card("nowhere");
  Scenario(past).And({CardAdded("visa")}).When(guarded).ThenRefused(Reason::kCardNotFound);
}

TEST(OrderOfChecks, TheSubscriptionIsLookedUpBeforeTheCard) {
  Given({}).When(SetActive("nowhere", "nothing")).ThenRefused(Reason::kSubscriptionNotFound);
}

TEST(OrderOfChecks, EveryLookedUpSubscriptionOrCardMayBeMissing) {
  for (const judge::Command& command : std::initializer_list<judge::Command>{
           UpdateSubscription("web", "Web shop"), CancelSubscription("web"),
           ReactivateSubscription("web"), ChangeBillingProfile("web", "main")}) {
    Given({}).When(command).ThenRefused(Reason::kSubscriptionNotFound);
  }
  for (const judge::Command& command : std::initializer_list<judge::Command>{
           DisableSubscription("web"), DeleteSubscription("web")}) {
    Given({}).By(Biller()).When(command).ThenRefused(Reason::kSubscriptionNotFound);
  }
}

}  // namespace
}  // namespace billing::given
