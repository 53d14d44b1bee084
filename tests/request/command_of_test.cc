// What belongs to another account is well-formed, and nowhere to be found.
#include <gtest/gtest.h>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

TEST(ForeignName, StaysFullInTheDecidedRequestAndInTheId) {
  const Request request =
      Parsed(kSetActive, R"(set_active { card: "billingAccounts/other/cards/visa" })");
  EXPECT_EQ(request.decided.set_active().card(), "billingAccounts/other/cards/visa");
  const auto& command = std::get<subscription::SetActive>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.card, kernel::CardId::FromStored("billingAccounts/other/cards/visa"));
  EXPECT_FALSE(kernel::IsId(command.card.value()));
}

TEST(ForeignName, IsKeptApartFromTheSameIdInThisAccount) {
  const Request own = Parsed(kSetActive);
  const Request foreign =
      Parsed(kSetActive, R"(set_active { card: "billingAccounts/other/cards/visa" })");
  EXPECT_NE(std::get<subscription::SetActive>(own.command).card,
            std::get<subscription::SetActive>(foreign.command).card);
}

TEST(ForeignName, IsTakenWhereverAResourceIsReferredTo) {
  EXPECT_EQ(std::get<subscription::SetActive>(
                Parsed(kSetActive,
                       R"(set_active { expected_current_card: "billingAccounts/other/cards/x" })")
                    .command)
                .expected_current_card->value(),
            "billingAccounts/other/cards/x");
  EXPECT_EQ(std::get<card::AddCard>(
                Parsed(kAddCard,
                       R"(add_card { subscription: "billingAccounts/other/subscriptions/web" })")
                    .command)
                .subscription->value(),
            "billingAccounts/other/subscriptions/web");
  EXPECT_EQ(std::get<subscription::CreateSubscription>(
                Parsed(kCreateSubscription, R"(create_subscription {
                         subscription { card: "billingAccounts/other/cards/visa" } })")
                    .command)
                .card->value(),
            "billingAccounts/other/cards/visa");
  EXPECT_EQ(std::get<subscription::CreateSubscription>(
                Parsed(kCreateSubscription, R"(create_subscription { subscription { card: ""
                         billing_profile: "billingAccounts/other/billingProfiles/p" } })")
                    .command)
                .billing_profile->value(),
            "billingAccounts/other/billingProfiles/p");
  EXPECT_EQ(std::get<subscription::ChangeBillingProfile>(
                Parsed(kChangeBillingProfile, R"(change_billing_profile {
                         billing_profile: "billingAccounts/other/billingProfiles/p" })")
                    .command)
                .billing_profile.value(),
            "billingAccounts/other/billingProfiles/p");
}

TEST(ForeignName, IsTakenWhereverAPayingResourceIsReferredTo) {
  EXPECT_EQ(std::get<profile::CreateBillingProfile>(
                Parsed(kCreateBillingProfile, R"(create_billing_profile {
                         billing_profile { card: "billingAccounts/other/cards/visa" } })")
                    .command)
                .card.value(),
            "billingAccounts/other/cards/visa");
  EXPECT_EQ(std::get<profile::ReplacePaymentMethod>(
                Parsed(kReplacePaymentMethod,
                       R"(replace_payment_method { card: "billingAccounts/other/cards/visa" })")
                    .command)
                .card.value(),
            "billingAccounts/other/cards/visa");
  EXPECT_EQ(std::get<charge::RecordCharge>(Parsed(kRecordCharge, R"(record_charge {
                         charge { subscription: "billingAccounts/other/subscriptions/web" } })")
                                               .command)
                .subscription->value(),
            "billingAccounts/other/subscriptions/web");
  const auto settle = std::get<charge::SettleBalance>(
      Parsed(kSettleBalance, R"(settle_balance { failed_card: "billingAccounts/other/cards/old"
               paying_card: "billingAccounts/other/cards/visa" })")
          .command);
  EXPECT_EQ(settle.failed_card.value(), "billingAccounts/other/cards/old");
  EXPECT_EQ(settle.paying_card.value(), "billingAccounts/other/cards/visa");
}

TEST(CommandOf, ReadsTheCommandBackFromTheDecidedRequestAlone) {
  const kernel::AccountId acme = *kernel::AccountId::Parse("acme");
  for (const std::string_view good : GoodRequests()) {
    const Request request = Parsed(good);
    EXPECT_EQ(CommandOf(request.decided, acme).index(), request.command.index()) << good;
  }
}

TEST(NameOf, IsTheRpcsName) {
  EXPECT_EQ(NameOf(Wire(kAddCard)), "AddCard");
  EXPECT_EQ(NameOf(Wire(kCreateBillingAccount)), "CreateBillingAccount");
  EXPECT_EQ(NameOf(Wire(kReactivateSubscription)), "ReactivateSubscription");
}

}  // namespace
}  // namespace billing::request
