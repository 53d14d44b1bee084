#include <gtest/gtest.h>

#include "billing/v1/subscription_service.pb.h"
#include "tests/billingctl/fake_server.h"

namespace billing::billingctl {
namespace {

const std::string kFreshId = "request_id: \"" + std::string(kFreshRequestId) + "\"";

TEST(SubscriptionCreate, SendsWhatItsFlagsSay) {
  FakeServer server;
  billing::v1::CreateSubscriptionResponse response;
  response.mutable_subscription()->set_name("billingAccounts/acme/subscriptions/web");
  response.mutable_receipt()->set_position(2);
  server.Answer(response);
  const Printed printed =
      RunLine(server, {"subscription", "create", "web", "--account", "acme", "--card", "visa",
                       "--kind", "savings-plan", "--display-name", "Website"});
  EXPECT_EQ(printed.out, "subscription web created at position 2\n");
  EXPECT_EQ(server.Asked<billing::v1::CreateSubscriptionRequest>(),
            "CreateSubscription parent: \"billingAccounts/acme\" subscription_id: \"web\" "
            "subscription { display_name: \"Website\" kind: SUBSCRIPTION_KIND_SAVINGS_PLAN card: "
            "\"billingAccounts/acme/cards/visa\" } " +
                kFreshId + "\n");
}

TEST(SubscriptionCreate, TakesACardOrAProfileNotBoth) {
  FakeServer server;
  EXPECT_EQ(RunLine(server, {"subscription", "create", "web", "--account", "acme", "--card", "visa",
                             "--billing-profile", "ops"})
                .code,
            ExitCode::kUsage);
  EXPECT_TRUE(server.Calls().empty());
}

TEST(SubscriptionUpdate, SendsTheDisplayName) {
  FakeServer server;
  billing::v1::UpdateSubscriptionResponse response;
  response.mutable_receipt()->set_position(5);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"subscription", "update", "web", "--account", "acme", "--display-name",
                             "Shop"})
                .out,
            "subscription web updated at position 5\n");
  EXPECT_EQ(server.Asked<billing::v1::UpdateSubscriptionRequest>(),
            "UpdateSubscription subscription { name: \"billingAccounts/acme/subscriptions/web\" "
            "display_name: \"Shop\" } update_mask { paths: \"display_name\" } " +
                kFreshId + "\n");
}

TEST(SubscriptionChangeProfile, SendsTheProfile) {
  FakeServer server;
  billing::v1::ChangeBillingProfileResponse response;
  response.mutable_receipt()->set_position(6);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"subscription", "change-profile", "web", "--account", "acme",
                             "--billing-profile", "ops"})
                .out,
            "subscription web billed to ops at position 6\n");
  EXPECT_EQ(server.Asked<billing::v1::ChangeBillingProfileRequest>(),
            "ChangeBillingProfile name: \"billingAccounts/acme/subscriptions/web\" "
            "billing_profile: \"billingAccounts/acme/billingProfiles/ops\" " +
                kFreshId + "\n");
}

TEST(SubscriptionStates, EachVerbCallsItsOwnMethod) {
  const auto run = [](const std::string& verb) {
    FakeServer server;
    billing::v1::CancelSubscriptionResponse response;
    response.mutable_receipt()->set_position(7);
    // The four responses and requests have the same fields.
    server.Answer(response);
    const Printed printed = RunLine(server, {"subscription", verb, "web", "--account", "acme"});
    return printed.out + server.Asked<billing::v1::CancelSubscriptionRequest>();
  };
  const std::string request = " name: \"billingAccounts/acme/subscriptions/web\" " + kFreshId;
  EXPECT_EQ(run("disable"),
            "subscription web disabled at position 7\nDisableSubscription" + request + "\n");
  EXPECT_EQ(run("cancel"),
            "subscription web cancelled at position 7\nCancelSubscription" + request + "\n");
  EXPECT_EQ(run("reactivate"),
            "subscription web reactivated at position 7\n"
            "ReactivateSubscription" +
                request + "\n");
  EXPECT_EQ(run("delete"),
            "subscription web deleted at position 7\nDeleteSubscription" + request + "\n");
}

TEST(SubscriptionList, ShowsWhatPaysForEach) {
  FakeServer server;
  billing::v1::ListSubscriptionsResponse page;
  auto* mail = page.add_subscriptions();
  mail->set_name("billingAccounts/acme/subscriptions/mail");
  mail->set_state(billing::v1::SUBSCRIPTION_STATE_ACTIVE);
  mail->set_kind(billing::v1::SUBSCRIPTION_KIND_CONSUMPTION);
  mail->set_card("billingAccounts/acme/cards/visa");
  auto* old = page.add_subscriptions();
  old->set_name("billingAccounts/acme/subscriptions/old");
  old->set_state(billing::v1::SUBSCRIPTION_STATE_CANCELLED);
  old->set_kind(billing::v1::SUBSCRIPTION_KIND_SUPPORT_PLAN);
  old->set_pays_by_invoice(true);
  server.Answer(page);
  EXPECT_EQ(RunLine(server, {"subscription", "list", "--account", "acme"}).out,
            "SUBSCRIPTION  STATE      KIND          CARD  PROFILE  INVOICE  DISPLAY NAME\n"
            "mail          ACTIVE     CONSUMPTION   visa  -        no       -\n"
            "old           CANCELLED  SUPPORT_PLAN  -     -        yes      -\n");
}

TEST(SubscriptionGet, ShowsEveryField) {
  FakeServer server;
  billing::v1::GetSubscriptionResponse response;
  response.mutable_subscription()->set_name("billingAccounts/acme/subscriptions/web");
  response.mutable_subscription()->set_state(billing::v1::SUBSCRIPTION_STATE_DISABLED);
  response.mutable_subscription()->set_etag("\"8\"");
  response.mutable_subscription()->mutable_active_since()->set_seconds(1772370309);
  server.Answer(response);
  EXPECT_EQ(RunLine(server, {"subscription", "get", "web", "--account", "acme"}).out,
            "subscription  web\n"
            "state         DISABLED\n"
            "kind          -\n"
            "card          -\n"
            "profile       -\n"
            "invoice       no\n"
            "since         2026-03-01 15:05:09 +02:00\n"
            "display name  -\n"
            "created       -\n"
            "updated       -\n"
            "etag          \"8\"\n");
}

}  // namespace
}  // namespace billing::billingctl
