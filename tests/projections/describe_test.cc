#include <gtest/gtest.h>

#include <set>

#include "projections/fold/fold.h"
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

std::vector<Line> LinesOfPayment() {
  return {
      {given::BillingAccountReclassified(true), "account updated: business yes"},
      {given::BillingAccountReclassified(false), "account updated: business no"},
      {given::RoleGranted("users/bob", v1::ROLE_OWNER), "role OWNER granted to users/bob"},
      {given::RoleGranted("users/bob", v1::ROLE_READER, "main"),
       "role READER on billing profile main granted to users/bob"},
      {given::RoleRevoked("users/bob", v1::ROLE_READER, "main"),
       "role READER on billing profile main taken from users/bob"},
      {given::AdministratorChanged("users/bob", "users/alice"),
       "account handed over from users/alice to users/bob"},
      {given::InvoicePaymentRequested(), "the account asks to pay by invoice"},
      {given::InvoicePaymentApproved(), "the account may pay by invoice"},
      {given::InvoicePaymentRejected(), "the account may not pay by invoice"},
      {given::SwitchedToInvoice("web", "visa"), "subscription web pays by invoice (was card visa)"},
      {given::SwitchedToInvoice("web"), "subscription web pays by invoice"},
      {given::ProfileSwitchedToInvoice("main", "visa"),
       "billing profile main pays by invoice (was card visa)"},
      {given::SubscriptionBecamePastDue("web"), "subscription web is past due"},
      {given::SubscriptionBecameCurrent("web"), "subscription web is current again"},
      {given::SubscriptionCreatedUnder("main", "web"),
       "subscription web created (CONSUMPTION, billing profile main)"},
      {given::BillingProfileCreated("main", "visa"), "billing profile main created (card visa)"},
      {given::PaymentMethodReplaced("main", "amex", "visa"),
       "billing profile main pays with card amex (was card visa)"},
      {given::PaymentMethodReplaced("main", "amex"), "billing profile main pays with card amex"},
      {given::PaymentMethodDetached("main", "visa"),
       "billing profile main detached from its payment method (was card visa), inactive for good"},
      {given::ChargeRecorded("may", {.subscription = "web", .card = "visa", .cents = 1'250}),
       "charge may recorded: 12.50 EUR for subscription web, on card visa"},
      {given::ChargeRecorded("may", {.profile = "main", .cents = 1'200}),
       "charge may recorded: 12 EUR for billing profile main, on no card"},
      {given::PaymentSucceeded("may"), "charge may paid (reference ref-may)"},
      {given::PaymentDeclined("may"),
       "charge may declined: INSUFFICIENT_CREDIT (SOFT, reference ref-may)"},
      {given::ChargeVoided("may"), "charge may voided"},
      {given::BalanceSettled("visa", "amex", 1'205, {"june", "may"}),
       "balance of card visa settled with card amex: 12.05 EUR for june, may"},
      {given::TransferCancelled("offer", "web"), "transfer offer of subscription web cancelled"},
      {given::TransferExpired("offer", "web"), "transfer offer of subscription web expired"},
      {given::TransferDeclined("offer", "web"), "transfer offer of subscription web declined"},
      {given::SubscriptionTransferredOut("offer", "web"),
       "subscription web left by transfer offer"},
      {given::TransferSent("offer", "web", "other"),
       "transfer offer sent: subscription web offered to account other"},
      {given::OfferDeclined("other", "offer"), "transfer offer declined"},
      {given::SubscriptionTransferredIn("other", "offer",
                                        given::SubscriptionCreated("web", "visa")),
       "subscription web received by transfer offer (card visa)"},
      {given::SubscriptionTransferredIn("other", "offer", given::SubscriptionCreated("web")),
       "subscription web received by transfer offer (no payment method)"},
  };
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
      {given::BillingProfileChanged("web", "east", "west"),
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
  for (const auto& [event, words] : LinesOfPayment()) EXPECT_EQ(Describe(event), words);
}

TEST(Describe, SaysTheSameOfFullNames) {
  for (auto [event, words] : Lines()) {
    if (event.has_command_refused()) continue;  // its request's parent joins the names
    ExpandNames(event, "acme");
    EXPECT_EQ(Describe(event), words);
  }
}

TEST(Describe, SaysTheSameOfFullNamesInPayment) {
  for (auto [event, words] : LinesOfPayment()) {
    ExpandNames(event, "acme");
    EXPECT_EQ(Describe(event), words);
  }
}

TEST(Describe, HasWordsForEveryFact) {
  std::set<std::string> described;
  for (const auto& lines : {Lines(), LinesOfPayment()}) {
    for (const auto& line : lines) described.insert(TypeOf(line.event));
  }
  for (const auto& event : OneOfEachFact()) EXPECT_TRUE(described.contains(TypeOf(event)));
}

TEST(Describe, WritesMoneyWithTheDecimalsItHas) {
  v1::Event event = given::ChargeRecorded("may", {.subscription = "web"});
  auto& amount = *event.mutable_charge_recorded()->mutable_charge()->mutable_amount();
  const auto written = [&](const char* currency, int64_t units, int32_t nanos) {
    amount.set_currency_code(currency);
    amount.set_units(units);
    amount.set_nanos(nanos);
    const std::string words = Describe(event);
    const size_t begin = words.find(": ") + 2;
    return words.substr(begin, words.find(" for") - begin);
  };
  EXPECT_EQ(written("JPY", 1'200, 0), "1200 JPY");
  EXPECT_EQ(written("EUR", 0, 50'000'000), "0.05 EUR");
  EXPECT_EQ(written("EUR", 1, 500'000'000), "1.50 EUR");
  EXPECT_EQ(written("KWD", 1, 5'000'000), "1.005 KWD");
}

TEST(Describe, TellsNoCodesOfABank) {
  v1::Event declined = given::PaymentDeclined("may");
  declined.mutable_payment_declined()->set_network_code("secret_code");
  declined.mutable_payment_declined()->set_advice_code("secret_advice");
  EXPECT_EQ(Describe(declined).find("secret"), std::string::npos);
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
