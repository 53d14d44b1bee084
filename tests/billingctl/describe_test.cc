#include "tools/billingctl/describe.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace billing::billingctl {
namespace {

using billing::v1::Event;

std::string DescribeText(const std::string& text) {
  Event event;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &event)) << text;
  return Describe(event, absl::UTCTimeZone());
}

TEST(Describe, AnAccountOpened) {
  EXPECT_EQ(DescribeText(R"(billing_account_created { billing_account {
              name: "billingAccounts/acme" administrator: "users/alice"
              agreement: AGREEMENT_PAY_AS_YOU_GO country: "NL" currency: "EUR" } })"),
            "account acme opened for users/alice (PAY_AS_YOU_GO, NL, EUR)");
}

TEST(Describe, APolicySet) {
  EXPECT_EQ(DescribeText(R"(policy_changed { policy {
              holding_states: [SUBSCRIPTION_STATE_ACTIVE, SUBSCRIPTION_STATE_PAST_DUE]
              cascade: CASCADE_ALL_SUBSCRIPTIONS
              profile_managers: PROFILE_MANAGERS_SIGNED_UP_USER
              max_cards: 5 require_payment_method: true } })"),
            "policy set: held by ACTIVE, PAST_DUE; cascade ALL_SUBSCRIPTIONS; profiles by "
            "SIGNED_UP_USER; at most 5 cards; the last card stays");
}

TEST(Describe, ACardAddedWithoutItsPersonalAndVaultData) {
  EXPECT_EQ(DescribeText(R"(card_added { subscription: "billingAccounts/acme/subscriptions/web"
              card { name: "billingAccounts/acme/cards/visa" brand: BRAND_VISA last_four: "1111"
                     expiry { year: 2030 month: 4 } holder_name: "Alice" token: "tok_secret" } })"),
            "card visa added from web (VISA …1111, expires 2030-04)");
}

TEST(Describe, ACardUpdatedByTheNamesOfItsPersonalFields) {
  EXPECT_EQ(DescribeText(R"(card_updated { update_mask { paths: ["expiry", "holder_name"] }
              card { name: "billingAccounts/acme/cards/visa" expiry { year: 2031 month: 5 }
                     holder_name: "Alice" } })"),
            "card visa updated: expires 2031-05, new holder_name");
}

TEST(Describe, ACascadeWithWhatEachHadBefore) {
  EXPECT_EQ(DescribeText(R"(active_card_changed {
              selected_subscription: "billingAccounts/acme/subscriptions/web"
              card: "billingAccounts/acme/cards/mastercard"
              moves { subscription: "billingAccounts/acme/subscriptions/mail"
                      previous_card: "billingAccounts/acme/cards/visa" }
              moves { subscription: "billingAccounts/acme/subscriptions/web" } })"),
            "card mastercard active on mail (was visa), web (no card before), chosen on web");
}

TEST(Describe, ALongCascadeByItsFirstEight) {
  std::string moves;
  for (int i = 1; i <= 11; ++i) {
    moves += "moves { subscription: 'billingAccounts/acme/subscriptions/s" + std::to_string(i) +
             "' previous_card: 'billingAccounts/acme/cards/old' }";
  }
  EXPECT_THAT(
      DescribeText("active_card_changed { card: 'billingAccounts/acme/cards/new' " + moves + "}"),
      testing::EndsWith("s7 (was old), s8 (was old) and 3 more"));
}

TEST(Describe, ACardRemovedAndWhoLostIt) {
  EXPECT_EQ(DescribeText(R"(card_removed { card: "billingAccounts/acme/cards/visa"
              detached_subscriptions: "billingAccounts/acme/subscriptions/old" })"),
            "card visa removed; no card now: old");
  EXPECT_EQ(DescribeText(R"(card_removed { card: "billingAccounts/acme/cards/visa" })"),
            "card visa removed");
}

TEST(Describe, ASubscriptionCreatedAndWhatPaysForIt) {
  EXPECT_EQ(DescribeText(R"(subscription_created { subscription {
              name: "billingAccounts/acme/subscriptions/web" kind: SUBSCRIPTION_KIND_CONSUMPTION
              card: "billingAccounts/acme/cards/visa" } })"),
            "subscription web created (CONSUMPTION), paid by visa");
  EXPECT_EQ(DescribeText(R"(subscription_created { subscription {
              name: "billingAccounts/acme/subscriptions/web" kind: SUBSCRIPTION_KIND_RESERVATION
              } })"),
            "subscription web created (RESERVATION), without a payment method");
}

TEST(Describe, ChangesOfASubscription) {
  const std::string web = R"(subscription: "billingAccounts/acme/subscriptions/web")";
  EXPECT_EQ(DescribeText(R"(subscription_updated { update_mask { paths: "display_name" }
              subscription { name: "billingAccounts/acme/subscriptions/web" } })"),
            "subscription web updated: new display_name");
  EXPECT_EQ(DescribeText("billing_profile_changed { " + web + R"(
              billing_profile: "billingAccounts/acme/billingProfiles/b"
              previous_billing_profile: "billingAccounts/acme/billingProfiles/a" })"),
            "subscription web billed to b instead of a");
  EXPECT_EQ(DescribeText("subscription_disabled { " + web + "}"), "subscription web disabled");
  EXPECT_EQ(DescribeText("subscription_cancelled { " + web + "}"), "subscription web cancelled");
  EXPECT_EQ(DescribeText("subscription_reactivated { " + web + "}"),
            "subscription web reactivated");
  EXPECT_EQ(DescribeText("subscription_deleted { " + web + "}"), "subscription web deleted");
}

TEST(Describe, ARefusalWithItsReasonAndBlockers) {
  EXPECT_EQ(DescribeText(R"(command_refused { command: "RemoveCard" reason: "CARD_NOT_REMOVABLE"
              request { remove_card { name: "billingAccounts/acme/cards/visa" } }
              blockers { subject: "billingAccounts/acme/subscriptions/mail" }
              blockers { subject: "billingAccounts/acme/subscriptions/web" }
              blocker_count: 2 })"),
            "RemoveCard of visa refused: CARD_NOT_REMOVABLE, blocked by mail, web");
}

TEST(Describe, ARefusalCountsBlockersThatItDoesNotList) {
  std::string blockers;
  for (int i = 1; i <= 20; ++i) {
    blockers +=
        "blockers { subject: 'billingAccounts/acme/subscriptions/s" + std::to_string(i) + "' }";
  }
  EXPECT_THAT(
      DescribeText("command_refused { command: 'RemoveCard' blocker_count: 1000 " + blockers + "}"),
      testing::EndsWith("s7, s8 and 992 more"));
}

TEST(Describe, WhatACommandWasAbout) {
  const auto about = [](const std::string& command, const std::string& request) {
    return DescribeText("nothing_changed { command: '" + command + "' request { " + request +
                        " } }");
  };
  EXPECT_EQ(about("SetActive",
                  "set_active { card: 'billingAccounts/a/cards/visa' subscription: "
                  "'billingAccounts/a/subscriptions/web' }"),
            "SetActive of visa on web: nothing to change");
  EXPECT_EQ(about("AddCard", "add_card { card_id: 'visa' }"), "AddCard of visa: nothing to change");
  EXPECT_EQ(about("SetPolicy", "set_policy { name: 'billingAccounts/a' }"),
            "SetPolicy of a: nothing to change");
  EXPECT_EQ(about("UpdateCard", "update_card { card { name: 'billingAccounts/a/cards/visa' } }"),
            "UpdateCard of visa: nothing to change");
}

// Fills each text and enum of a message, and of those within it.
void Fill(google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->is_repeated()) continue;
    if (field->type() == field->TYPE_STRING) reflection.SetString(&message, field, "a/zebra");
    if (field->type() == field->TYPE_ENUM) reflection.SetEnumValue(&message, field, 1);
    if (field->type() == field->TYPE_MESSAGE) Fill(*reflection.MutableMessage(&message, field));
  }
}

// A command that is added to the wire and forgotten here would be about nothing.
TEST(Describe, SaysWhatEveryCommandWasAbout) {
  const google::protobuf::OneofDescriptor& commands =
      *billing::v1::Command::descriptor()->FindOneofByName("command");
  for (int i = 0; i < commands.field_count(); ++i) {
    Event event;
    billing::v1::Command& command = *event.mutable_nothing_changed()->mutable_request();
    Fill(*command.GetReflection()->MutableMessage(&command, commands.field(i)));
    EXPECT_THAT(Describe(event, absl::UTCTimeZone()), testing::HasSubstr("zebra"))
        << commands.field(i)->name();
  }
}

// A fact that is added to the wire and forgotten here would show as nothing.
TEST(Describe, SaysSomethingOfEveryFact) {
  const google::protobuf::OneofDescriptor& data = *Event::descriptor()->FindOneofByName("data");
  for (int i = 0; i < data.field_count(); ++i) {
    Event event;
    event.GetReflection()->MutableMessage(&event, data.field(i));
    EXPECT_NE(Describe(event, absl::UTCTimeZone()), "") << data.field(i)->name();
    EXPECT_NE(Describe(event, absl::UTCTimeZone()), Describe(Event(), absl::UTCTimeZone()))
        << data.field(i)->name();
  }
}

TEST(Describe, AdmitsNotToKnowAFactOfALaterVersion) {
  EXPECT_EQ(Describe(Event(), absl::UTCTimeZone()),
            "a fact that this billingctl is too old to know");
}

}  // namespace
}  // namespace billing::billingctl
