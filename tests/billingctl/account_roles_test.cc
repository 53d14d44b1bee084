#include <gtest/gtest.h>

#include "billing/v1/billing_account_service.pb.h"
#include "billing/v1/invoice_payment_service.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

const std::string kFreshId = "request_id: \"" + std::string(kFreshRequestId) + "\"";

// The responses of all these commands have the same fields.
billing::v1::GrantRoleResponse At(uint64_t position) {
  billing::v1::GrantRoleResponse response;
  response.mutable_billing_account()->set_name("billingAccounts/acme");
  response.mutable_receipt()->set_position(position);
  return response;
}

TEST(AccountUpdate, SendsOnlyTheFieldsForWhichThereIsAFlag) {
  FakeServer server;
  server.Answer(At(3));
  server.Answer(At(4));
  EXPECT_EQ(RunLine(server, {"account", "update", "acme", "--no-business"}).out,
            "account acme updated at position 3\n");
  RunLine(server, {"account", "update", "acme", "--display-name", "", "--business"});
  EXPECT_EQ(server.Asked<billing::v1::UpdateBillingAccountRequest>(),
            "UpdateBillingAccount billing_account { name: \"billingAccounts/acme\" } update_mask "
            "{ paths: \"business\" } " +
                kFreshId +
                "\n"
                "UpdateBillingAccount billing_account { name: \"billingAccounts/acme\" business: "
                "true } update_mask { paths: \"display_name\" paths: \"business\" } " +
                kFreshId + "\n");
}

TEST(AccountRoles, AreGrantedOnTheWholeAccount) {
  FakeServer server;
  server.Answer(At(5));
  const Printed printed = RunLine(
      server, {"account", "grant-role", "acme", "--to", "users/bob", "--role", "contributor"});
  EXPECT_EQ(printed.out, "role CONTRIBUTOR granted to users/bob on acme at position 5\n");
  EXPECT_EQ(server.Asked<billing::v1::GrantRoleRequest>(),
            "GrantRole name: \"billingAccounts/acme\" principal: \"users/bob\" role: "
            "ROLE_CONTRIBUTOR " +
                kFreshId + "\n");
}

TEST(AccountRoles, AreRevokedOnAProfile) {
  FakeServer server;
  server.Answer(At(6));
  const Printed printed =
      RunLine(server, {"account", "revoke-role", "acme", "--from", "users/bob", "--role", "owner",
                       "--billing-profile", "billingProfiles/main"});
  EXPECT_EQ(printed.out, "role OWNER revoked from users/bob on profile main at position 6\n");
  EXPECT_EQ(server.Asked<billing::v1::RevokeRoleRequest>(),
            "RevokeRole name: \"billingAccounts/acme/billingProfiles/main\" principal: "
            "\"users/bob\" role: ROLE_OWNER " +
                kFreshId + "\n");
}

// `--principal` says who calls; a role is granted to somebody else.
TEST(AccountRoles, WhoGetsThemIsNotWhoCalls) {
  FakeServer server;
  server.Answer(At(5));
  RunLine(server, {"account", "grant-role", "acme", "--principal", "users/alice", "--to",
                   "users/bob", "--role", "reader"});
  ASSERT_EQ(server.Calls().size(), 1u);
  EXPECT_EQ(server.Calls().front().metadata.at("x-principal"), "users/alice");
}

TEST(AccountHandOver, NamesTheNewAdministrator) {
  FakeServer server;
  server.Answer(At(7));
  const Printed printed = RunLine(
      server, {"account", "hand-over", "acme", "--to", "users/carol", "--reason", "Alice left"});
  EXPECT_EQ(printed.out, "account acme handed over to users/carol at position 7\n");
  EXPECT_EQ(server.Asked<billing::v1::HandOverAdministratorRequest>(),
            "HandOverAdministrator name: \"billingAccounts/acme\" principal: \"users/carol\" " +
                kFreshId + " reason: \"Alice left\"\n");
}

TEST(AccountInvoice, IsRequestedAndDecided) {
  FakeServer server;
  for (uint64_t position = 8; position <= 10; ++position) server.Answer(At(position));
  EXPECT_EQ(RunLine(server, {"account", "request-invoice", "acme"}).out,
            "invoice payment of acme requested at position 8\n");
  EXPECT_EQ(RunLine(server, {"account", "decide-invoice", "acme", "--approve"}).out,
            "invoice payment of acme approved at position 9\n");
  EXPECT_EQ(RunLine(server, {"account", "decide-invoice", "acme", "--reject"}).out,
            "invoice payment of acme rejected at position 10\n");
  EXPECT_EQ(server.Asked<billing::v1::DecideInvoicePaymentRequest>(),
            "RequestInvoicePayment name: \"billingAccounts/acme\" " + kFreshId +
                "\n"
                "DecideInvoicePayment name: \"billingAccounts/acme\" approved: true " +
                kFreshId +
                "\n"
                "DecideInvoicePayment name: \"billingAccounts/acme\" " +
                kFreshId + "\n");
}

TEST(SwitchToInvoice, IsAVerbOfSubscriptionsAndOfProfiles) {
  FakeServer server;
  billing::v1::SwitchToInvoiceResponse response;
  response.mutable_receipt()->set_position(11);
  server.Answer(response);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"subscription", "switch-to-invoice", "web", "--account", "acme"}).out,
            "subscription web switched to invoice at position 11\n");
  EXPECT_EQ(RunLine(server, {"profile", "switch-to-invoice", "main", "--account", "acme"}).out,
            "profile main switched to invoice at position 11\n");
  EXPECT_EQ(server.Asked<billing::v1::SwitchToInvoiceRequest>(),
            "SwitchToInvoice name: \"billingAccounts/acme/subscriptions/web\" " + kFreshId +
                "\n"
                "SwitchToInvoice name: \"billingAccounts/acme/billingProfiles/main\" " +
                kFreshId + "\n");
}

}  // namespace
}  // namespace billing::billingctl
