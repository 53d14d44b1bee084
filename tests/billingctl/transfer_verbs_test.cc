#include <gtest/gtest.h>

#include "billing/v1/transfer_service.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

const std::string kFreshId = "request_id: \"" + std::string(kFreshRequestId) + "\"";

billing::v1::Transfer SomeTransfer() {
  billing::v1::Transfer transfer;
  transfer.set_name("billingAccounts/acme/transfers/offer");
  transfer.set_subscription("billingAccounts/acme/subscriptions/web");
  transfer.set_to_billing_account("billingAccounts/beta");
  transfer.set_state(billing::v1::TRANSFER_STATE_PENDING);
  transfer.mutable_expire_time()->set_seconds(1772370309);
  return transfer;
}

TEST(TransferSend, NamesWhatIsOfferedAndToWhom) {
  FakeServer server;
  billing::v1::SendTransferResponse response;
  *response.mutable_transfer() = SomeTransfer();
  response.mutable_receipt()->set_position(30);
  server.Answer(response);
  const Printed printed = RunLine(server, {"transfer", "send", "offer", "--account", "acme",
                                           "--subscription", "web", "--to", "beta"});
  EXPECT_EQ(printed.out, "transfer offer sent to beta at position 30\n");
  EXPECT_EQ(server.Asked<billing::v1::SendTransferRequest>(),
            "SendTransfer subscription: \"billingAccounts/acme/subscriptions/web\" "
            "to_billing_account: \"billingAccounts/beta\" transfer_id: \"offer\" " +
                kFreshId + "\n");
}

TEST(TransferAccept, TakesTheTransferOfOneAccountAndTheCardOfAnother) {
  FakeServer server;
  billing::v1::AcceptTransferResponse response;
  response.mutable_subscription()->set_name("billingAccounts/beta/subscriptions/shop");
  response.mutable_receipt()->set_position(31);
  server.Answer(response);
  const Printed printed =
      RunLine(server, {"transfer", "accept", "offer", "--from", "acme", "--account", "beta",
                       "--card", "amex", "--subscription", "shop"});
  EXPECT_EQ(printed.out, "transfer offer accepted as subscription shop at position 31\n");
  EXPECT_EQ(server.Asked<billing::v1::AcceptTransferRequest>(),
            "AcceptTransfer name: \"billingAccounts/acme/transfers/offer\" subscription_id: "
            "\"shop\" card: \"billingAccounts/beta/cards/amex\" " +
                kFreshId + "\n");
}

TEST(TransferAccept, WithFullNamesNeedsNoAccount) {
  FakeServer server;
  server.Answer(billing::v1::AcceptTransferResponse());
  EXPECT_EQ(RunLine(server, {"transfer", "accept", "billingAccounts/acme/transfers/offer",
                             "--billing-profile", "billingAccounts/beta/billingProfiles/main"})
                .code,
            ExitCode::kOk);
  EXPECT_EQ(server.Asked<billing::v1::AcceptTransferRequest>(),
            "AcceptTransfer name: \"billingAccounts/acme/transfers/offer\" billing_profile: "
            "\"billingAccounts/beta/billingProfiles/main\" " +
                kFreshId + "\n");
}

TEST(TransferDecline, NamesTheSender) {
  FakeServer server;
  billing::v1::DeclineTransferResponse response;
  response.mutable_receipt()->set_position(32);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"transfer", "decline", "offer", "--from", "acme"}).out,
            "transfer offer declined at position 32\n");
  EXPECT_EQ(server.Asked<billing::v1::DeclineTransferRequest>(),
            "DeclineTransfer name: \"billingAccounts/acme/transfers/offer\" " + kFreshId + "\n");
}

TEST(TransferDecline, WithoutTheSenderIsAMistake) {
  FakeServer server;
  const Printed printed = RunLine(server, {"transfer", "decline", "offer"});
  EXPECT_EQ(printed.code, ExitCode::kUsage);
  EXPECT_EQ(printed.err,
            "error: USAGE: --from is required\n  see billingctl transfer decline --help\n");
}

TEST(TransferCancel, NamesTheTransfer) {
  FakeServer server;
  billing::v1::CancelTransferResponse response;
  response.mutable_receipt()->set_position(33);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"transfer", "cancel", "offer", "--account", "acme"}).out,
            "transfer offer cancelled at position 33\n");
  EXPECT_EQ(server.Asked<billing::v1::CancelTransferRequest>(),
            "CancelTransfer name: \"billingAccounts/acme/transfers/offer\" " + kFreshId + "\n");
}

TEST(TransferList, TellsSentFromReceived) {
  FakeServer server;
  billing::v1::ListTransfersResponse page;
  *page.add_transfers() = SomeTransfer();
  billing::v1::Transfer& received = *page.add_transfers();
  received = SomeTransfer();
  received.set_name("billingAccounts/zeta/transfers/gift");
  received.set_subscription("billingAccounts/zeta/subscriptions/mail");
  received.set_to_billing_account("billingAccounts/acme");
  received.set_to_subscription("billingAccounts/acme/subscriptions/post");
  received.set_state(billing::v1::TRANSFER_STATE_ACCEPTED);
  server.Answer(page);
  EXPECT_EQ(RunLine(server, {"transfer", "list", "--account", "acme"}).out,
            "TRANSFER  FROM  SUBSCRIPTION  TO    BECAME  STATE     EXPIRES\n"
            "offer     acme  web           beta  -       PENDING   2026-03-01 15:05:09 +02:00\n"
            "gift      zeta  mail          acme  post    ACCEPTED  2026-03-01 15:05:09 +02:00\n");
}

TEST(TransferGet, ShowsEveryField) {
  FakeServer server;
  billing::v1::GetTransferResponse response;
  *response.mutable_transfer() = SomeTransfer();
  response.mutable_transfer()->add_redacted_fields("to_subscription");
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"transfer", "get", "offer", "--account", "acme"}).out,
            "transfer      offer\n"
            "from          acme\n"
            "subscription  web\n"
            "to            beta\n"
            "became        -\n"
            "state         PENDING\n"
            "sent          -\n"
            "expires       2026-03-01 15:05:09 +02:00\n"
            "etag          -\n"
            "redacted      to_subscription\n");
}

}  // namespace
}  // namespace billing::billingctl
