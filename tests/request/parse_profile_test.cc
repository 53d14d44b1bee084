// Billing profiles and paying by invoice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

using ::testing::ElementsAre;

TEST(ParseCreateBillingProfile, BecomesItsCommand) {
  const Request request = Parsed(kCreateBillingProfile);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "create_billing_profile { billing_profile_id: \"emea\" "
            "billing_profile { display_name: \"EMEA\" card: \"cards/visa\" } }");
  const auto& command = std::get<profile::CreateBillingProfile>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.billing_profile.value(), "emea");
  EXPECT_EQ(command.display_name, "EMEA");
  EXPECT_EQ(command.card.value(), "visa");
}

TEST(ParseCreateBillingProfile, IgnoresNameAndOutputOnlyFields) {
  const Request request = Parsed(kCreateBillingProfile, R"(create_billing_profile {
      billing_profile {
        name: "billingAccounts/acme/billingProfiles/other"
        state: BILLING_PROFILE_STATE_INACTIVE
        pays_by_invoice: true
        create_time { seconds: 1 } update_time { seconds: 1 }
        etag: "\"9\""
      } })");
  EXPECT_EQ(request.decided.ShortDebugString(),
            Parsed(kCreateBillingProfile).decided.ShortDebugString());
}

TEST(ParseCreateBillingProfile, NeedsTheProfile) {
  v1::Command wire = Wire(kCreateBillingProfile);
  wire.mutable_create_billing_profile()->clear_billing_profile();
  EXPECT_THAT(BadFields(wire), ElementsAre("billing_profile"));
}

TEST(ParseReplacePaymentMethod, BecomesItsCommand) {
  const Request request = Parsed(kReplacePaymentMethod);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "replace_payment_method { name: \"billingProfiles/emea\" card: \"cards/visa\" "
            "etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<profile::ReplacePaymentMethod>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.billing_profile.value(), "emea");
  EXPECT_EQ(command.card.value(), "visa");
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseDetachPaymentMethod, BecomesItsCommand) {
  const Request request = Parsed(kDetachPaymentMethod);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "detach_payment_method { name: \"billingProfiles/emea\" etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<profile::DetachPaymentMethod>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.billing_profile.value(), "emea");
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseRequestInvoicePayment, BecomesItsCommand) {
  const Request request = Parsed(kRequestInvoicePayment);
  EXPECT_EQ(request.decided.ShortDebugString(), "request_invoice_payment { etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<account::RequestInvoicePayment>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseDecideInvoicePayment, SaysHowItWasDecided) {
  for (const bool approved : {true, false}) {
    v1::Command wire = Wire(kDecideInvoicePayment);
    wire.mutable_decide_invoice_payment()->set_approved(approved);
    const Request request = Parsed(wire);
    const auto& command = std::get<account::DecideInvoicePayment>(request.command);
    EXPECT_EQ(command.account.value(), "acme");
    EXPECT_EQ(command.approved, approved);
    EXPECT_EQ(command.etag, 12U);
  }
}

TEST(ParseSwitchToInvoice, IsOneCommandForASubscriptionAndAnotherForAProfile) {
  const Request web = Parsed(kSwitchToInvoice);
  EXPECT_EQ(web.decided.switch_to_invoice().name(), "subscriptions/web");
  const auto& subscription = std::get<subscription::SwitchToInvoice>(web.command);
  EXPECT_EQ(subscription.account.value(), "acme");
  EXPECT_EQ(subscription.subscription.value(), "web");
  EXPECT_EQ(subscription.etag, 12U);

  const Request emea =
      Parsed(kSwitchToInvoice,
             R"(switch_to_invoice { name: "billingAccounts/acme/billingProfiles/emea" })");
  EXPECT_EQ(emea.decided.switch_to_invoice().name(), "billingProfiles/emea");
  const auto& profile = std::get<profile::SwitchToInvoice>(emea.command);
  EXPECT_EQ(profile.account.value(), "acme");
  EXPECT_EQ(profile.billing_profile.value(), "emea");
  EXPECT_EQ(profile.etag, 12U);
}

}  // namespace
}  // namespace billing::request
