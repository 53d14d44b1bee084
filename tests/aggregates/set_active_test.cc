#include <gtest/gtest.h>

#include "tests/support/given.h"

namespace billing::given {
namespace {

using kernel::Reason;
using subscription::SubscriptionState;

const account::Policy kCascadeToAll = {.cascade_all_subscriptions = true};

// Live subscriptions for deciders whose states no command of this version makes.
class Listed final : public subscription::LiveSubscriptions {
 public:
  using All_ = std::vector<std::pair<kernel::SubscriptionId, SubscriptionState>>;
  explicit Listed(All_ all) : all_(std::move(all)) {}

  std::vector<kernel::SubscriptionId> PaidBy(const kernel::CardId& card) const override {
    std::vector<kernel::SubscriptionId> ids;
    for (const auto& [id, state] : all_) {
      if (state.card == card) ids.push_back(id);
    }
    return ids;
  }
  All_ All() const override { return all_; }

 private:
  All_ all_;
};

// Fails the test when the group is read.
class NotRead final : public subscription::LiveSubscriptions {
 public:
  std::vector<kernel::SubscriptionId> PaidBy(const kernel::CardId&) const override {
    ADD_FAILURE() << "read the holders";
    return {};
  }
  std::vector<std::pair<kernel::SubscriptionId, SubscriptionState>> All() const override {
    ADD_FAILURE() << "read every subscription";
    return {};
  }
};

account::AccountState AccountWith(v1::Agreement agreement, const account::Policy& policy = {}) {
  return {.id = Account(),
          .agreement = agreement,
          .administrator = kernel::Principal::FromStored("users/alice"),
          .policy = policy};
}

const kernel::PayingCard kUsable = {.live = true, .expiry = kFarExpiry};

TEST(SetActive, MovesTheSameCardGroupAndNobodyElse) {
  auto scenario = Given({CardAdded("visa"), CardAdded("master"), CardAdded("amex"),
                         SubscriptionCreated("web", "visa"), SubscriptionCreated("mail", "visa"),
                         SubscriptionCreated("backup", "amex"), SubscriptionCreated("bare")});
  scenario.When(SetActive("web", "master"))
      .Then({ActiveCardChanged("web", "master", {{"mail", "visa"}, {"web", "visa"}})});
  const auto card_of = [&scenario](const char* id) {
    return scenario.states().Subscription(scenario.number(), Subscription(id))->card;
  };
  EXPECT_EQ(card_of("web"), Card("master"));
  EXPECT_EQ(card_of("mail"), Card("master"));
  EXPECT_EQ(card_of("backup"), Card("amex"));
  EXPECT_EQ(card_of("bare"), std::nullopt);
}

TEST(SetActive, ASubscriptionWithoutACardMovesAlone) {
  Given({CardAdded("visa"), SubscriptionCreated("web"), SubscriptionCreated("mail")})
      .When(SetActive("web", "visa"))
      .Then({ActiveCardChanged("web", "visa", {{"web", ""}})});
}

TEST(SetActive, DisabledAndCancelledSubscriptionsFollowAndDeletedOnesDoNot) {
  Given({CardAdded("visa"), CardAdded("master"), SubscriptionCreated("a", "visa"),
         SubscriptionCreated("b", "visa"), SubscriptionDisabled("b"),
         SubscriptionCreated("c", "visa"), SubscriptionCancelled("c"),
         SubscriptionCreated("d", "visa"), SubscriptionCancelled("d"), SubscriptionDeleted("d")})
      .When(SetActive("a", "master"))
      .Then({ActiveCardChanged("a", "master", {{"a", "visa"}, {"b", "visa"}, {"c", "visa"}})});
}

TEST(SetActive, MovesStandInTheOrderOfTheSubscriptionsBytes) {
  Given({CardAdded("visa"), CardAdded("master"), SubscriptionCreated("s10", "visa"),
         SubscriptionCreated("s2", "visa", v1::SUBSCRIPTION_KIND_SUPPORT_PLAN),
         SubscriptionCreated("s-1", "visa", v1::SUBSCRIPTION_KIND_RESERVATION),
         SubscriptionCreated("a", "visa"), SubscriptionCancelled("a")})
      .When(SetActive("s2", "master"))
      .Then({ActiveCardChanged("s2", "master",
                               {{"a", "visa"}, {"s-1", "visa"}, {"s10", "visa"}, {"s2", "visa"}})});
}

TEST(SetActive, TheActiveCardAgainChangesNothing) {
  Given({CardAdded("visa"), SubscriptionCreated("web", "visa")})
      .When(SetActive("web", "visa"))
      .ThenNothingChanges();
}

TEST(SetActive, NeitherARefusalNorTheActiveCardAgainReadsTheGroup) {
  const auto account = AccountWith(v1::AGREEMENT_PAY_AS_YOU_GO);
  const SubscriptionState web{.state = v1::SUBSCRIPTION_STATE_ACTIVE, .card = Card("visa")};
  const auto again =
      subscription::Decide(SetActive("web", "visa"), account, web, kUsable, NotRead(), Noon());
  EXPECT_TRUE(std::holds_alternative<kernel::NothingToChange>(again));

  const kernel::PayingCard removed{.live = false, .expiry = kFarExpiry};
  const auto refused =
      subscription::Decide(SetActive("web", "master"), account, web, removed, NotRead(), Noon());
  EXPECT_EQ(std::get<kernel::Refusal>(refused).reason, Reason::kCardRemoved);
}

TEST(SetActive, UnderTheWiderCascadeEverySubscriptionWithACardOrNoneMoves) {
  Given({PolicyChanged(kCascadeToAll), CardAdded("visa"), CardAdded("master"), CardAdded("amex"),
         SubscriptionCreated("a", "visa"), SubscriptionCreated("b", "amex"),
         SubscriptionCreated("c"), SubscriptionCreated("d", "master")})
      .When(SetActive("a", "master"))
      .Then({ActiveCardChanged("a", "master", {{"a", "visa"}, {"b", "amex"}, {"c", ""}})});
}

TEST(SetActive, UnderTheWiderCascadeTheActiveCardAgainStillMovesTheOthers) {
  Given({PolicyChanged(kCascadeToAll), CardAdded("visa"), CardAdded("amex"),
         SubscriptionCreated("a", "visa"), SubscriptionCreated("b", "amex")})
      .When(SetActive("a", "visa"))
      .Then({ActiveCardChanged("a", "visa", {{"b", "amex"}})})
      .When(SetActive("a", "visa"))
      .ThenNothingChanges();
}

TEST(SetActive, UnderTheWiderCascadeInvoiceAndProfilePayersStay) {
  const SubscriptionState by_card{.state = v1::SUBSCRIPTION_STATE_ACTIVE, .card = Card("visa")};
  const SubscriptionState by_invoice{.state = v1::SUBSCRIPTION_STATE_ACTIVE,
                                     .pays_by_invoice = true};
  const SubscriptionState by_profile{.state = v1::SUBSCRIPTION_STATE_ACTIVE,
                                     .billing_profile = BillingProfile("main")};
  const Listed subscriptions({{Subscription("a"), by_card},
                              {Subscription("b"), by_invoice},
                              {Subscription("c"), by_profile}});
  const auto decision = subscription::Decide(
      SetActive("a", "master"), AccountWith(v1::AGREEMENT_PAY_AS_YOU_GO, kCascadeToAll), by_card,
      kUsable, subscriptions, Noon());
  EXPECT_EQ(std::get<kernel::Facts>(decision).front().ShortDebugString(),
            ActiveCardChanged("a", "master", {{"a", "visa"}}).ShortDebugString());
}

TEST(SetActive, TheGuardNamesTheCardThatTheCallerSaw) {
  const auto past = Given({CardAdded("visa"), CardAdded("master"), CardAdded("amex"),
                           SubscriptionCreated("web", "visa"), SubscriptionCreated("bare")});
  auto command = SetActive("web", "master");
  command.expected_current_card = Card("visa");
  Scenario(past).When(command).Then({ActiveCardChanged("web", "master", {{"web", "visa"}})});
  command.expected_current_card = Card("amex");
  Scenario(past).When(command).ThenRefused(Reason::kActiveCardChanged);
  // One that was removed is merely not the active one; one that is nowhere is not found.
  Scenario(past).And({CardRemoved("amex")}).When(command).ThenRefused(Reason::kActiveCardChanged);
  command.expected_current_card = Card("nowhere");
  Scenario(past).When(command).ThenRefused(Reason::kCardNotFound);
  command = SetActive("bare", "master");
  command.expected_current_card = Card("visa");
  Scenario(past).When(command).ThenRefused(Reason::kActiveCardChanged);
}

TEST(SetActive, TheGuardComesBeforeNothingToChange) {
  auto command = SetActive("web", "visa");
  command.expected_current_card = Card("amex");
  Given({CardAdded("visa"), CardAdded("amex"), SubscriptionCreated("web", "visa")})
      .When(command)
      .ThenRefused(Reason::kActiveCardChanged);
}

TEST(SetActive, RefusedWhenSomethingItNamesIsNotFound) {
  Given({}).When(SetActive("web", "visa")).ThenRefused(Reason::kSubscriptionNotFound);
  Given({SubscriptionCreated("web")})
      .When(SetActive("web", "visa"))
      .ThenRefused(Reason::kCardNotFound);
}

TEST(SetActive, WhatAnotherAccountOwnsIsNotFound) {
  const auto past =
      Given({BillingAccountCreated({.id = "other"}), CardAdded("visa"), SubscriptionCreated("web"),
             BillingAccountCreated(), SubscriptionCreated("mail")});
  Scenario(past).When(SetActive("web", "visa")).ThenRefused(Reason::kSubscriptionNotFound);
  Scenario(past).When(SetActive("mail", "visa")).ThenRefused(Reason::kCardNotFound);
  Scenario(past)
      .When(SetActive("mail", "billingAccounts/other/cards/visa"))
      .ThenRefused(Reason::kCardNotFound);
}

TEST(SetActive, ItsReasonsAnswerLeftToRight) {
  const auto reason_of = [](v1::Agreement agreement, const SubscriptionState& selected,
                            const kernel::PayingCard& card) {
    auto command = SetActive("web", "master");
    command.expected_current_card = Card("amex");
    const auto decision =
        subscription::Decide(command, AccountWith(agreement), selected, card, NotRead(), Noon());
    return std::get<kernel::Refusal>(decision).reason;
  };
  const auto cards = v1::AGREEMENT_PAY_AS_YOU_GO;
  SubscriptionState selected{.state = v1::SUBSCRIPTION_STATE_DELETED, .pays_by_invoice = true};
  kernel::PayingCard card{.live = false, .expiry = {2026, 1}};
  EXPECT_EQ(reason_of(v1::AGREEMENT_CUSTOMER_AGREEMENT, selected, card),
            Reason::kPaymentMethodBelongsToBillingProfile);
  EXPECT_EQ(reason_of(cards, selected, card), Reason::kSubscriptionDeleted);
  selected.state = v1::SUBSCRIPTION_STATE_TRANSFERRED;
  EXPECT_EQ(reason_of(cards, selected, card), Reason::kSubscriptionTransferred);
  selected.state = v1::SUBSCRIPTION_STATE_ACTIVE;
  EXPECT_EQ(reason_of(cards, selected, card), Reason::kSwitchBackToCardNotAllowed);
  selected.pays_by_invoice = false;
  EXPECT_EQ(reason_of(cards, selected, card), Reason::kCardRemoved);
  card.live = true;
  EXPECT_EQ(reason_of(cards, selected, card), Reason::kCardExpired);
  card.expiry = kFarExpiry;
  EXPECT_EQ(reason_of(cards, selected, card), Reason::kActiveCardChanged);
}

TEST(SetActive, UnderACustomerAgreementTheRefusalNamesTheProfile) {
  const SubscriptionState selected{.state = v1::SUBSCRIPTION_STATE_ACTIVE,
                                   .billing_profile = BillingProfile("main")};
  const auto decision =
      subscription::Decide(SetActive("web", "visa"), AccountWith(v1::AGREEMENT_CUSTOMER_AGREEMENT),
                           selected, kUsable, NotRead(), Noon());
  const auto& refusal = std::get<kernel::Refusal>(decision);
  EXPECT_EQ(refusal.reason, Reason::kPaymentMethodBelongsToBillingProfile);
  const std::pair<std::string, std::string> profile{"billing_profile", "billingProfiles/main"};
  EXPECT_EQ(refusal.resources, std::vector{profile});
}

TEST(SetActive, APastDueSubscriptionMayTakeAnotherCard) {
  const SubscriptionState web{.state = v1::SUBSCRIPTION_STATE_PAST_DUE, .card = Card("visa")};
  const auto decision =
      subscription::Decide(SetActive("web", "master"), AccountWith(v1::AGREEMENT_PAY_AS_YOU_GO),
                           web, kUsable, Listed({{Subscription("web"), web}}), Noon());
  EXPECT_EQ(std::get<kernel::Facts>(decision).front().ShortDebugString(),
            ActiveCardChanged("web", "master", {{"web", "visa"}}).ShortDebugString());
}

TEST(SetActive, MovesAGroupOfAThousandInOneFact) {
  std::vector<v1::Event> facts = {CardAdded("visa"), CardAdded("master")};
  Moves moves;
  for (int i = 1'000; i < 2'000; ++i) {
    const std::string id = "s" + std::to_string(i);
    facts.push_back(SubscriptionCreated(id, "visa"));
    moves.push_back({id, "visa"});
  }
  for (const account::Policy& policy : {account::Policy{}, kCascadeToAll}) {
    auto scenario = Given(facts).And({PolicyChanged(policy)});
    scenario.When(SetActive("s1500", "master")).Then({ActiveCardChanged("s1500", "master", moves)});
    EXPECT_EQ(scenario.states().AllHolders(scenario.number(), Card("master")).size(), 1'000u);
    scenario.When(RemoveCard("visa")).Then({CardRemoved("visa")});
  }
}

}  // namespace
}  // namespace billing::given
