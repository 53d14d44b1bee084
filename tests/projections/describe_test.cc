#include <gtest/gtest.h>

#include "projections/history/history.h"
#include "tests/projections/log.h"

namespace billing::projections {
namespace {

struct Line {
  v1::Event event;
  std::string words;
};

v1::Event Removal(const std::vector<std::string>& blocked_by, int blocker_count) {
  v1::Event event = RemovalRefused("visa", blocked_by);
  event.mutable_command_refused()->set_blocker_count(blocker_count);
  return event;
}

std::vector<Line> Lines() {
  return {
      {given::BillingAccountCreated(),
       "account acme opened for users/alice (pay as you go, NL, EUR)"},
      {given::PolicyChanged({.disabled_holds = true, .require_payment_method = true}),
       "policy set: cards are held by ACTIVE, PAST_DUE, DISABLED; cascade SAME_CARD; profiles by "
       "OWNERS_AND_CONTRIBUTORS; at most 100 cards; a payment method is required"},
      {given::CardAdded("visa"), "card visa added (VISA …1111, expires 2030-04)"},
      {given::CardAdded("visa", {.subscription = "web"}),
       "card visa added from subscription web (VISA …1111, expires 2030-04)"},
      {CardUpdated("visa", {"holder_name"}), "card visa updated: holder_name"},
      {CardUpdated("visa", {"holder_name", "expiry"}, {2031, 12}),
       "card visa updated: holder_name, expiry (expires 2031-12)"},
      {given::ActiveCardChanged("web", "visa", {{"mail", "amex"}, {"web", ""}}),
       "card visa made active on subscription web, moving mail (was amex), web (had none)"},
      {given::CardRemoved("visa"), "card visa removed"},
      {given::CardRemoved("visa", {"a", "b", "c", "d", "e", "f", "g"}),
       "card visa removed, leaving no card on a, b, c, d, e and 2 more"},
      {given::SubscriptionCreated("web", "visa", v1::SUBSCRIPTION_KIND_SUPPORT_PLAN),
       "subscription web created (SUPPORT_PLAN, card visa)"},
      {given::SubscriptionCreated("web"),
       "subscription web created (CONSUMPTION, no payment method)"},
      {given::SubscriptionUpdated("web", "Shop"),
       "subscription web updated: display_name \"Shop\""},
      {BillingProfileChanged("web", "east", "west"),
       "subscription web billed to billing profile east (was west)"},
      {given::SubscriptionDisabled("web"), "subscription web disabled"},
      {given::SubscriptionCancelled("web"), "subscription web cancelled"},
      {given::SubscriptionReactivated("web"), "subscription web reactivated"},
      {given::SubscriptionDeleted("web"), "subscription web deleted"},
      {Removal({"mail", "web"}, 2),
       "RemoveCard (card visa) refused: CARD_NOT_REMOVABLE: CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION "
       "subscription mail, CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION subscription web"},
      {Removal({}, 0), "RemoveCard (card visa) refused: CARD_NOT_REMOVABLE"},
      {SetActiveChangedNothing("web", "visa"),
       "SetActive (subscription web, card visa) had nothing to change"},
  };
}

TEST(Describe, SaysEachFactInWords) {
  for (const auto& [event, words] : Lines()) EXPECT_EQ(Describe(event), words);
}

TEST(Describe, SaysTheSameOfFullNames) {
  for (auto [event, words] : Lines()) {
    if (event.has_command_refused()) continue;  // its request's parent joins the names
    ExpandNames(event, "acme");
    EXPECT_EQ(Describe(event), words);
  }
}

TEST(Describe, CountsTheBlockersThatARefusalDoesNotCarry) {
  const std::string words = Describe(Removal({"a", "b", "c", "d", "e", "f"}, 1'000));
  EXPECT_TRUE(words.ends_with("subscription e and 995 more")) << words;
}

TEST(Describe, TellsNoSecretsOfACard) {
  v1::Event added = given::CardAdded("visa", {.token = "tok-secret", .fingerprint = "fp-secret"});
  auto& card = *added.mutable_card_added()->mutable_card();
  card.set_holder_name("A. Secret");
  card.mutable_billing_address()->set_city("Secret City");
  v1::Event updated = CardUpdated("visa", {"holder_name"});
  updated.mutable_card_updated()->mutable_card()->set_holder_name("A. Secret");
  for (const auto& event : {added, updated}) {
    EXPECT_EQ(Describe(event).find("ecret"), std::string::npos) << Describe(event);
  }
}

}  // namespace
}  // namespace billing::projections
