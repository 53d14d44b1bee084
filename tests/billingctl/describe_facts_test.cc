// Facts about access, profiles, charges, invoices and transfers, in words.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "tools/billingctl/describe.h"

namespace billing::billingctl {
namespace {

std::string DescribeText(const std::string& text) {
  billing::v1::Event event;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &event)) << text;
  return Describe(event, absl::FixedTimeZone(2 * 60 * 60));
}

TEST(Describe, AnAccountUpdated) {
  EXPECT_EQ(DescribeText(R"(billing_account_updated {
              update_mask { paths: ["display_name", "business"] }
              billing_account { name: "billingAccounts/acme" business: true } })"),
            "account acme updated: new display_name, a business");
  EXPECT_EQ(DescribeText(R"(billing_account_updated { update_mask { paths: "business" }
              billing_account { name: "billingAccounts/acme" } })"),
            "account acme updated: no business");
}

TEST(Describe, RolesGrantedAndRevoked) {
  EXPECT_EQ(DescribeText(R"(role_granted { billing_account: "billingAccounts/acme"
              billing_profile: "billingAccounts/acme/billingProfiles/main"
              principal: "users/bob" role: ROLE_OWNER })"),
            "role OWNER granted to users/bob on profile main");
  EXPECT_EQ(DescribeText(R"(role_revoked { billing_account: "billingAccounts/acme"
              principal: "users/bob" role: ROLE_READER })"),
            "role READER revoked from users/bob");
}

TEST(Describe, AHandover) {
  EXPECT_EQ(DescribeText(R"(administrator_changed { billing_account: "billingAccounts/acme"
              administrator: "users/carol" previous_administrator: "users/alice" })"),
            "account acme handed over to users/carol (was users/alice)");
}

TEST(Describe, WhetherASubscriptionIsPaidFor) {
  const std::string web = R"({ subscription: "billingAccounts/acme/subscriptions/web" })";
  EXPECT_EQ(DescribeText("subscription_became_past_due " + web), "subscription web past due");
  EXPECT_EQ(DescribeText("subscription_became_current " + web),
            "subscription web active again, nothing past due");
}

TEST(Describe, ProfilesAndTheirPaymentMethod) {
  const std::string main = R"(billing_profile: "billingAccounts/acme/billingProfiles/main")";
  EXPECT_EQ(DescribeText(R"(billing_profile_created { billing_profile {
              name: "billingAccounts/acme/billingProfiles/main"
              card: "billingAccounts/acme/cards/visa" } })"),
            "profile main created, paid by visa");
  EXPECT_EQ(DescribeText("payment_method_replaced { " + main + R"(
              card: "billingAccounts/acme/cards/amex"
              previous_card: "billingAccounts/acme/cards/visa" })"),
            "card amex put on profile main (was visa)");
  EXPECT_EQ(DescribeText("payment_method_replaced { " + main + R"(
              card: "billingAccounts/acme/cards/amex" })"),
            "card amex put on profile main (was invoice)");
  EXPECT_EQ(DescribeText("payment_method_detached { " + main + R"(
              previous_card: "billingAccounts/acme/cards/visa" })"),
            "payment method of profile main detached (was visa), INACTIVE for good");
}

TEST(Describe, AChargeRecorded) {
  EXPECT_EQ(DescribeText(R"(charge_recorded { charge { name: "billingAccounts/acme/charges/c1"
              subscription: "billingAccounts/acme/subscriptions/web"
              card: "billingAccounts/acme/cards/visa"
              amount { currency_code: "EUR" units: 12 } due_time { seconds: 1772370309 } } })"),
            "charge c1 recorded: 12.00 EUR for subscription web on card visa, due 2026-03-01 "
            "15:05:09 +02:00");
  EXPECT_EQ(DescribeText(R"(charge_recorded { charge { name: "billingAccounts/acme/charges/c2"
              billing_profile: "billingAccounts/acme/billingProfiles/main"
              amount { currency_code: "JPY" units: 1500 } } })"),
            "charge c2 recorded: 1500 JPY for profile main on no card");
}

TEST(Describe, HowAPaymentWent) {
  EXPECT_EQ(DescribeText(R"(payment_succeeded { charge: "billingAccounts/acme/charges/c1" })"),
            "charge c1 paid");
  EXPECT_EQ(DescribeText(R"(charge_voided { charge: "billingAccounts/acme/charges/c1" })"),
            "charge c1 voided");
}

// The bank's codes are not for everybody who may read the line.
TEST(Describe, ADeclineByItsReasonNotByTheBanksCodes) {
  EXPECT_EQ(DescribeText(R"(payment_declined { charge: "billingAccounts/acme/charges/c1"
              network_code: "51" advice_code: "02" reason: DECLINE_REASON_INSUFFICIENT_CREDIT
              kind: DECLINE_KIND_SOFT })"),
            "payment of charge c1 declined: INSUFFICIENT_CREDIT (SOFT)");
}

TEST(Describe, ASettlementAndWhatFollows) {
  const std::string settled = R"(failed_card: "billingAccounts/acme/cards/visa"
              paying_card: "billingAccounts/acme/cards/amex"
              amount { currency_code: "EUR" units: 24 nanos: 500000000 }
              charges: ["billingAccounts/acme/charges/c1", "billingAccounts/acme/charges/c2"])";
  EXPECT_EQ(DescribeText("balance_settled { " + settled + " requested_by: 'users/alice' }"),
            "balance of card visa settled with amex: 24.50 EUR for c1, c2, asked for by "
            "users/alice");
  EXPECT_EQ(DescribeText("balance_settled { " + settled + " }"),
            "balance of card visa settled with amex: 24.50 EUR for c1, c2");
  EXPECT_EQ(DescribeText(R"(active_card_changed { card: "billingAccounts/acme/cards/amex"
              moves { subscription: "billingAccounts/acme/subscriptions/web"
                      previous_card: "billingAccounts/acme/cards/visa" }
              cause: CHANGE_CAUSE_SETTLE })"),
            "card amex active on web (was visa), by the settlement");
}

TEST(Describe, PayingByInvoice) {
  EXPECT_EQ(DescribeText("invoice_payment_requested { }"), "invoice payment requested");
  EXPECT_EQ(DescribeText("invoice_payment_approved { }"), "invoice payment approved");
  EXPECT_EQ(DescribeText("invoice_payment_rejected { }"), "invoice payment rejected");
  EXPECT_EQ(DescribeText(R"(switched_to_invoice {
              subscription: "billingAccounts/acme/subscriptions/web"
              previous_card: "billingAccounts/acme/cards/visa" })"),
            "subscription web pays by invoice (was visa)");
  EXPECT_EQ(DescribeText(R"(switched_to_invoice {
              billing_profile: "billingAccounts/acme/billingProfiles/main" })"),
            "profile main pays by invoice (no card before)");
}

TEST(Describe, ATransferFromEitherSide) {
  const std::string offer = R"(transfer: "billingAccounts/acme/transfers/offer")";
  EXPECT_EQ(DescribeText(R"(transfer_sent { transfer {
              name: "billingAccounts/acme/transfers/offer"
              subscription: "billingAccounts/acme/subscriptions/web"
              to_billing_account: "billingAccounts/beta" } })"),
            "transfer offer: subscription web offered to beta");
  EXPECT_EQ(DescribeText("subscription_transferred_in { " + offer + R"( subscription {
              name: "billingAccounts/beta/subscriptions/shop"
              card: "billingAccounts/beta/cards/amex" } })"),
            "subscription shop arrived from acme (transfer offer), paid by amex");
  EXPECT_EQ(DescribeText("subscription_transferred_out { " + offer + R"( position: 31
              subscription: "billingAccounts/acme/subscriptions/web" })"),
            "subscription web left (transfer offer)");
}

TEST(Describe, ATransferThatCameToNothing) {
  const std::string offer = R"(transfer: "billingAccounts/acme/transfers/offer")";
  const std::string web = R"( subscription: "billingAccounts/acme/subscriptions/web")";
  EXPECT_EQ(DescribeText("transfer_declined { " + offer + " }"), "transfer offer declined");
  EXPECT_EQ(DescribeText("transfer_declined { " + offer + web + " }"),
            "transfer offer declined, subscription web stays");
  EXPECT_EQ(DescribeText("transfer_cancelled { " + offer + web + " }"),
            "transfer offer cancelled, subscription web stays");
  EXPECT_EQ(DescribeText("transfer_expired { " + offer + web + " }"),
            "transfer offer expired, subscription web stays");
}

TEST(Describe, WhatANewCommandWasAbout) {
  const auto about = [](const std::string& request) {
    return DescribeText("nothing_changed { command: 'X' request { " + request + " } }");
  };
  EXPECT_EQ(about("grant_role { name: 'billingAccounts/a/billingProfiles/main' principal: "
                  "'users/bob' role: ROLE_OWNER }"),
            "X of OWNER to users/bob on profile main: nothing to change");
  EXPECT_EQ(about("revoke_role { name: 'billingAccounts/a' principal: 'users/bob' "
                  "role: ROLE_READER }"),
            "X of READER from users/bob: nothing to change");
  EXPECT_EQ(about("record_payment { name: 'billingAccounts/a/charges/c1' outcome: "
                  "PAYMENT_OUTCOME_DECLINED network_code: '51' }"),
            "X of c1 as DECLINED: nothing to change");
  EXPECT_EQ(about("settle_balance { failed_card: 'billingAccounts/a/cards/visa' paying_card: "
                  "'billingAccounts/a/cards/amex' }"),
            "X of visa with amex: nothing to change");
  EXPECT_EQ(about("decide_invoice_payment { name: 'billingAccounts/a' approved: true }"),
            "X of a as approved: nothing to change");
  EXPECT_EQ(about("send_transfer { subscription: 'billingAccounts/a/subscriptions/web' "
                  "to_billing_account: 'billingAccounts/b' }"),
            "X of web to b: nothing to change");
}

}  // namespace
}  // namespace billing::billingctl
