#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseCreateSubscription, DecidesWithRelativeNames) {
  EXPECT_EQ(Parsed(kCreateSubscription).decided.ShortDebugString(),
            "create_subscription { subscription_id: \"web\" subscription { "
            "display_name: \"Web shop\" kind: SUBSCRIPTION_KIND_RESERVATION "
            "card: \"cards/visa\" } }");
}

TEST(ParseCreateSubscription, BecomesItsCommand) {
  const Request request = Parsed(kCreateSubscription);
  const auto& command = std::get<subscription::CreateSubscription>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.subscription.value(), "web");
  EXPECT_EQ(command.display_name, "Web shop");
  EXPECT_EQ(command.kind, v1::SUBSCRIPTION_KIND_RESERVATION);
  EXPECT_EQ(command.card, kernel::CardId::Parse("visa"));
  EXPECT_EQ(command.billing_profile, std::nullopt);
}

TEST(ParseCreateSubscription, NeedsNothingButTheAccount) {
  const Request request = Parsed(R"(create_subscription { parent: "billingAccounts/acme" })");
  EXPECT_TRUE(request.id_generated);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "create_subscription { subscription_id: \"" + kFreshId +
                "\" subscription { kind: SUBSCRIPTION_KIND_CONSUMPTION } }");
}

TEST(ParseCreateSubscription, TakesAProfileInsteadOfACard) {
  const Request request = Parsed(kCreateSubscription, R"(create_subscription { subscription {
      card: "" billing_profile: "billingAccounts/acme/billingProfiles/emea" } })");
  const auto& command = std::get<subscription::CreateSubscription>(request.command);
  EXPECT_EQ(command.card, std::nullopt);
  EXPECT_EQ(command.billing_profile, kernel::BillingProfileId::Parse("emea"));
}

TEST(ParseCreateSubscription, LeavesCardAndProfileTogetherToTheRules) {
  const Request request = Parsed(kCreateSubscription, R"(create_subscription { subscription {
      billing_profile: "billingAccounts/acme/billingProfiles/emea" } })");
  const auto& command = std::get<subscription::CreateSubscription>(request.command);
  EXPECT_EQ(command.card, kernel::CardId::Parse("visa"));
  EXPECT_EQ(command.billing_profile, kernel::BillingProfileId::Parse("emea"));
}

TEST(ParseCreateSubscription, IgnoresNameAndOutputOnlyFields) {
  const Request request = Parsed(kCreateSubscription, R"(create_subscription { subscription {
      name: "billingAccounts/acme/subscriptions/other"
      state: SUBSCRIPTION_STATE_DELETED
      pays_by_invoice: true
      active_since { seconds: 1 }
      create_time { seconds: 1 }
      update_time { seconds: 1 }
      etag: "\"9\""
    } })");
  EXPECT_EQ(request.decided.ShortDebugString(),
            Parsed(kCreateSubscription).decided.ShortDebugString());
}

TEST(ParseUpdateSubscription, BecomesItsCommand) {
  const Request request = Parsed(kUpdateSubscription);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "update_subscription { subscription { name: \"subscriptions/web\" "
            "display_name: \"Web shop 2\" } update_mask { paths: \"display_name\" } "
            "etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<subscription::UpdateSubscription>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.subscription.value(), "web");
  EXPECT_EQ(command.display_name, "Web shop 2");
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseUpdateSubscription, TakesOnlyWhatTheMaskNames) {
  EXPECT_THAT(BadFields(kUpdateSubscription, R"(update_subscription { subscription {
                card: "4242424242424242" kind: SUBSCRIPTION_KIND_RESERVATION } })"),
              IsEmpty());
}

TEST(ParseUpdateSubscription, MayClearTheDisplayName) {
  const Request request =
      Parsed(kUpdateSubscription, R"(update_subscription { subscription { display_name: "" } })");
  EXPECT_EQ(std::get<subscription::UpdateSubscription>(request.command).display_name, "");
}

TEST(ParseUpdateSubscription, NeedsSubscriptionAndMask) {
  v1::Command wire = Wire(kUpdateSubscription);
  wire.mutable_update_subscription()->clear_update_mask();
  EXPECT_THAT(BadFields(wire), ElementsAre("update_mask"));
  wire.mutable_update_subscription()->clear_subscription();
  EXPECT_THAT(BadFields(wire), ElementsAre("subscription", "update_mask"));
  wire.mutable_update_subscription()->mutable_update_mask()->add_paths("display_name");
  EXPECT_THAT(BadFields(wire), ElementsAre("subscription"));
}

TEST(ParseChangeBillingProfile, BecomesItsCommand) {
  const Request request = Parsed(kChangeBillingProfile);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "change_billing_profile { name: \"subscriptions/web\" "
            "billing_profile: \"billingProfiles/emea\" etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<subscription::ChangeBillingProfile>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.subscription.value(), "web");
  EXPECT_EQ(command.billing_profile.value(), "emea");
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseLifecycle, SaysWhichChange) {
  using subscription::Lifecycle;
  const std::pair<std::string_view, Lifecycle> changes[] = {
      {kDisableSubscription, Lifecycle::kDisable},
      {kCancelSubscription, Lifecycle::kCancel},
      {kReactivateSubscription, Lifecycle::kReactivate},
      {kDeleteSubscription, Lifecycle::kDelete}};
  for (const auto& [text, change] : changes) {
    const Request request = Parsed(text);
    const auto& command = std::get<subscription::ChangeLifecycle>(request.command);
    EXPECT_EQ(command.change, change) << text;
    EXPECT_EQ(command.account.value(), "acme");
    EXPECT_EQ(command.subscription.value(), "web");
    EXPECT_EQ(command.etag, 12U);
  }
}

}  // namespace
}  // namespace billing::request
