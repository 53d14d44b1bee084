#include <gtest/gtest.h>

#include "billing/v1/billing_profile_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

const std::string kFreshId = "request_id: \"" + std::string(kFreshRequestId) + "\"";

billing::v1::BillingProfile SomeProfile(const std::string& id) {
  billing::v1::BillingProfile profile;
  profile.set_name("billingAccounts/acme/billingProfiles/" + id);
  profile.set_state(billing::v1::BILLING_PROFILE_STATE_ACTIVE);
  profile.set_card("billingAccounts/acme/cards/visa");
  profile.set_etag("\"4\"");
  return profile;
}

TEST(ProfileCreate, SendsWhatItsFlagsSay) {
  FakeServer server;
  billing::v1::CreateBillingProfileResponse response;
  *response.mutable_billing_profile() = SomeProfile("main");
  response.mutable_receipt()->set_position(4);
  server.Answer(response);
  const Printed printed = RunLine(server, {"profile", "create", "main", "--account", "acme",
                                           "--card", "visa", "--display-name", "Head office"});
  EXPECT_EQ(printed.out, "profile main created at position 4\n");
  EXPECT_EQ(server.Asked<billing::v1::CreateBillingProfileRequest>(),
            "CreateBillingProfile parent: \"billingAccounts/acme\" billing_profile_id: \"main\" "
            "billing_profile { display_name: \"Head office\" card: "
            "\"billingAccounts/acme/cards/visa\" } " +
                kFreshId + "\n");
}

TEST(ProfileReplaceCard, SendsTheCard) {
  FakeServer server;
  billing::v1::ReplacePaymentMethodResponse response;
  response.mutable_receipt()->set_position(5);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"profile", "replace-card", "main", "--account", "acme", "--card",
                             "mastercard", "--etag", "4"})
                .out,
            "profile main put on card mastercard at position 5\n");
  EXPECT_EQ(server.Asked<billing::v1::ReplacePaymentMethodRequest>(),
            "ReplacePaymentMethod name: \"billingAccounts/acme/billingProfiles/main\" card: "
            "\"billingAccounts/acme/cards/mastercard\" " +
                kFreshId + " etag: \"\\\"4\\\"\"\n");
}

TEST(ProfileDetach, SaysWhatItDid) {
  FakeServer server;
  billing::v1::DetachPaymentMethodResponse response;
  response.mutable_receipt()->set_position(6);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"profile", "detach", "main", "--account", "acme"}).out,
            "payment method of profile main detached at position 6\n");
  EXPECT_EQ(
      server.Asked<billing::v1::DetachPaymentMethodRequest>(),
      "DetachPaymentMethod name: \"billingAccounts/acme/billingProfiles/main\" " + kFreshId + "\n");
}

TEST(ProfileDetach, ARefusalNamesWhatIsInTheWayAndHowManyMore) {
  FakeServer server;
  google::rpc::ErrorInfo info;
  info.set_reason("PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH");
  (*info.mutable_metadata())["blocker_count"] = "3";
  google::rpc::PreconditionFailure precondition;
  auto* violation = precondition.add_violations();
  violation->set_type("PENDING_CHARGES");
  violation->set_subject("billingAccounts/acme/charges/c1");
  violation->set_description("Pay it.");
  server.Fail(StatusWith(grpc::StatusCode::FAILED_PRECONDITION, "not now", {&info, &precondition}));
  const Printed printed = RunLine(server, {"profile", "detach", "main", "--account", "acme"});
  EXPECT_EQ(printed.code, ExitCode::kRefused);
  EXPECT_EQ(printed.err,
            "error: PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH: not now\n"
            "  blocked by PENDING_CHARGES billingAccounts/acme/charges/c1: Pay it.\n"
            "  and 2 more\n");
}

TEST(ProfileList, ShowsWhatPaysForEach) {
  FakeServer server;
  billing::v1::ListBillingProfilesResponse page;
  *page.add_billing_profiles() = SomeProfile("main");
  billing::v1::BillingProfile& old = *page.add_billing_profiles();
  old.set_name("billingAccounts/acme/billingProfiles/old");
  old.set_state(billing::v1::BILLING_PROFILE_STATE_INACTIVE);
  billing::v1::BillingProfile& post = *page.add_billing_profiles();
  post = SomeProfile("post");
  post.clear_card();
  post.set_pays_by_invoice(true);
  post.set_display_name("By post");
  server.Answer(page);
  EXPECT_EQ(RunLine(server, {"profile", "list", "--account", "acme"}).out,
            "PROFILE  STATE     CARD  INVOICE  DISPLAY NAME\n"
            "main     ACTIVE    visa  no       -\n"
            "old      INACTIVE  -     no       -\n"
            "post     ACTIVE    -     yes      By post\n");
}

TEST(ProfileGet, ShowsEveryField) {
  FakeServer server;
  billing::v1::GetBillingProfileResponse response;
  *response.mutable_billing_profile() = SomeProfile("main");
  response.mutable_billing_profile()->mutable_create_time()->set_seconds(1772370309);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"profile", "get", "main", "--account", "acme"}).out,
            "profile       main\n"
            "state         ACTIVE\n"
            "card          visa\n"
            "invoice       no\n"
            "display name  -\n"
            "created       2026-03-01 15:05:09 +02:00\n"
            "updated       -\n"
            "etag          \"4\"\n");
}

}  // namespace
}  // namespace billing::billingctl
