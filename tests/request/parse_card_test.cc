#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseAddCard, DecidesWithRelativeNamesAndWithoutPersonalFields) {
  const Request request = Parsed(kAddCard);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "add_card { card_id: \"visa\" card { token: \"tok_visa1\" fingerprint: \"fp:visa-1\" "
            "brand: BRAND_VISA funding: FUNDING_CREDIT last_four: \"4242\" "
            "expiry { year: 2030 month: 4 } country: \"NL\" } "
            "subscription: \"subscriptions/web\" set_active: true }");
  EXPECT_FALSE(request.id_generated);
}

TEST(ParseAddCard, BecomesItsCommand) {
  const Request request = Parsed(kAddCard, "add_card { card { virtual: true } }");
  const auto& command = std::get<card::AddCard>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.card.value(), "visa");
  EXPECT_EQ(command.token, "tok_visa1");
  EXPECT_EQ(command.fingerprint, "fp:visa-1");
  EXPECT_EQ(command.brand, v1::BRAND_VISA);
  EXPECT_EQ(command.funding, v1::FUNDING_CREDIT);
  EXPECT_TRUE(command.is_virtual);
  EXPECT_EQ(command.last_four, "4242");
  EXPECT_EQ(command.expiry, (kernel::YearMonth{2030, 4}));
  EXPECT_EQ(command.country, "NL");
  EXPECT_EQ(command.subscription, kernel::SubscriptionId::Parse("web"));
  EXPECT_TRUE(command.set_active);
}

TEST(ParseAddCard, KeepsThePersonalFieldsApart) {
  const Request request = Parsed(kAddCard);
  EXPECT_EQ(request.personal.holder_name, "Alice Jansen");
  EXPECT_EQ(request.personal.billing_address->ShortDebugString(),
            "lines: \"Damrak 1\" lines: \"2nd floor\" city: \"Amsterdam\" "
            "region: \"Noord-Holland\" postal_code: \"1012 LG\" country: \"NL\"");
  EXPECT_EQ(request.personal.reason, "new card");
  EXPECT_TRUE(request.personal.has_card_fields());
  EXPECT_THAT(PersonalPaths(request.decided, request.personal),
              ElementsAre("card.holder_name", "card.billing_address"));
}

TEST(ParseAddCard, WithoutPersonalFieldsNamesNone) {
  v1::Command wire = Wire(kAddCard);
  wire.mutable_add_card()->mutable_card()->clear_holder_name();
  wire.mutable_add_card()->mutable_card()->clear_billing_address();
  const Request request = Parsed(wire);
  EXPECT_FALSE(request.personal.has_card_fields());
  EXPECT_THAT(PersonalPaths(request.decided, request.personal), IsEmpty());
}

TEST(ParseAddCard, WithoutAnIdTakesTheFreshOne) {
  const Request request = Parsed(kAddCard, R"(add_card { card_id: "" })");
  EXPECT_TRUE(request.id_generated);
  EXPECT_EQ(request.decided.add_card().card_id(), kFreshId);
  EXPECT_EQ(std::get<card::AddCard>(request.command).card.value(), kFreshId);
}

TEST(ParseAddCard, IgnoresNameAndOutputOnlyFields) {
  const Request request = Parsed(kAddCard, R"(add_card { card {
      name: "billingAccounts/acme/cards/other"
      state: CARD_STATE_REMOVED
      expired: true
      in_use: true
      create_time { seconds: 1 }
      update_time { seconds: 2 }
      etag: "\"9\""
      redacted_fields: "token"
    } })");
  EXPECT_EQ(request.decided.ShortDebugString(), Parsed(kAddCard).decided.ShortDebugString());
}

TEST(ParseAddCard, NeedsTheCardAndItsExpiry) {
  v1::Command wire = Wire(kAddCard);
  wire.mutable_add_card()->mutable_card()->clear_expiry();
  EXPECT_THAT(BadFields(wire), ElementsAre("card.expiry"));
  wire.mutable_add_card()->clear_card();
  EXPECT_THAT(BadFields(wire), ElementsAre("card"));
}

TEST(ParseAddCard, NeedsNoFingerprint) {
  EXPECT_THAT(BadFields(kAddCard, R"(add_card { card { fingerprint: "" } })"), IsEmpty());
}

TEST(ParseAddCard, WithSetActiveNeedsASubscription) {
  EXPECT_THAT(BadFields(kAddCard, R"(add_card { subscription: "" set_active: true })"),
              ElementsAre("subscription"));
  EXPECT_THAT(BadFields(kAddCard, R"(add_card { subscription: "" set_active: false })"), IsEmpty());
}

TEST(ParseUpdateCard, DecidesWithTheMaskInOneOrder) {
  const Request request = Parsed(kUpdateCard);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "update_card { card { name: \"cards/visa\" expiry { year: 2031 month: 5 } } "
            "update_mask { paths: \"holder_name\" paths: \"billing_address\" paths: \"expiry\" } "
            "etag: \"\\\"12\\\"\" }");
}

TEST(ParseUpdateCard, BecomesItsCommand) {
  const Request request = Parsed(kUpdateCard);
  const auto& command = std::get<card::UpdateCard>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.card.value(), "visa");
  EXPECT_TRUE(command.holder_name);
  EXPECT_TRUE(command.billing_address);
  EXPECT_EQ(command.expiry, (kernel::YearMonth{2031, 5}));
  EXPECT_FALSE(command.immutable_field);
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseUpdateCard, TakesOnlyWhatTheMaskNames) {
  v1::Command wire = Wire(kUpdateCard, R"(update_card { card {
      holder_name: "4242424242424242" token: "4242424242424242" brand: BRAND_AMEX } })");
  wire.mutable_update_card()->mutable_update_mask()->clear_paths();
  wire.mutable_update_card()->mutable_update_mask()->add_paths("billing_address");
  const Request request = Parsed(wire);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "update_card { card { name: \"cards/visa\" } "
            "update_mask { paths: \"billing_address\" } etag: \"\\\"12\\\"\" }");
  EXPECT_EQ(request.personal.holder_name, "");
  EXPECT_EQ(request.personal.billing_address->city(), "Utrecht");
  const auto& command = std::get<card::UpdateCard>(request.command);
  EXPECT_FALSE(command.holder_name);
  EXPECT_TRUE(command.billing_address);
  EXPECT_EQ(command.expiry, std::nullopt);
}

TEST(ParseUpdateCard, TakesAPathThatIsNamedTwiceOnce) {
  EXPECT_EQ(
      Parsed(kUpdateCard, R"(update_card { update_mask { paths: "expiry" paths: "expiry" } })")
          .decided.ShortDebugString(),
      Parsed(kUpdateCard).decided.ShortDebugString());
}

TEST(ParseUpdateCard, TakesAnEmptyPersonalFieldAsClearingIt) {
  v1::Command wire = Wire(kUpdateCard);
  wire.mutable_update_card()->mutable_card()->clear_holder_name();
  wire.mutable_update_card()->mutable_card()->clear_billing_address();
  const Request request = Parsed(wire);
  EXPECT_FALSE(request.personal.has_card_fields());
  EXPECT_TRUE(std::get<card::UpdateCard>(request.command).holder_name);
  EXPECT_TRUE(std::get<card::UpdateCard>(request.command).billing_address);
}

TEST(ParseUpdateCard, LeavesWhatCannotChangeToTheRulesAndKeepsNoValueOfIt) {
  for (const std::string_view path :
       {"token", "fingerprint", "brand", "funding", "virtual", "last_four", "country"}) {
    v1::Command wire = Wire(
        kUpdateCard, R"(update_card { card { token: "4242424242424242" last_four: "1881" } })");
    wire.mutable_update_card()->mutable_update_mask()->clear_paths();
    wire.mutable_update_card()->mutable_update_mask()->add_paths(std::string(path));
    const Request request = Parsed(wire);
    EXPECT_TRUE(std::get<card::UpdateCard>(request.command).immutable_field) << path;
    EXPECT_EQ(request.decided.update_card().card().ShortDebugString(), "name: \"cards/visa\"");
    EXPECT_THAT(request.decided.update_card().update_mask().paths(), ElementsAre(path));
  }
}

TEST(ParseUpdateCard, NeedsCardMaskAndTheExpiryThatTheMaskNames) {
  v1::Command wire = Wire(kUpdateCard);
  wire.mutable_update_card()->mutable_card()->clear_expiry();
  EXPECT_THAT(BadFields(wire), ElementsAre("card.expiry"));
  wire.mutable_update_card()->clear_update_mask();
  EXPECT_THAT(BadFields(wire), ElementsAre("update_mask"));
  wire.mutable_update_card()->clear_card();
  EXPECT_THAT(BadFields(wire), ElementsAre("card", "update_mask"));
  wire.mutable_update_card()->mutable_update_mask()->add_paths("expiry");
  EXPECT_THAT(BadFields(wire), ElementsAre("card"));
}

TEST(ParseSetActive, DecidesWithRelativeNames) {
  EXPECT_EQ(Parsed(kSetActive).decided.ShortDebugString(),
            "set_active { subscription: \"subscriptions/web\" card: \"cards/visa\" "
            "expected_current_card: \"cards/old\" etag: \"\\\"12\\\"\" }");
}

TEST(ParseSetActive, BecomesItsCommand) {
  const Request request = Parsed(kSetActive);
  const auto& command = std::get<subscription::SetActive>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.subscription.value(), "web");
  EXPECT_EQ(command.card.value(), "visa");
  EXPECT_EQ(command.expected_current_card, kernel::CardId::Parse("old"));
  EXPECT_EQ(command.etag, 12U);
}

TEST(ParseSetActive, NeedsNoGuard) {
  const Request request = Parsed(kSetActive, R"(set_active { expected_current_card: "" })");
  EXPECT_EQ(std::get<subscription::SetActive>(request.command).expected_current_card, std::nullopt);
}

TEST(ParseRemoveCard, BecomesItsCommand) {
  const Request request = Parsed(kRemoveCard);
  EXPECT_EQ(request.decided.ShortDebugString(),
            "remove_card { name: \"cards/visa\" etag: \"\\\"12\\\"\" }");
  const auto& command = std::get<card::RemoveCard>(request.command);
  EXPECT_EQ(command.account.value(), "acme");
  EXPECT_EQ(command.card.value(), "visa");
}

}  // namespace
}  // namespace billing::request
