// Both sides of every bound.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/request/requests.h"

namespace billing::request {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kEAcute = "\xC3\xA9";  // one character, two bytes

std::string Times(size_t count, std::string_view text) {
  std::string repeated;
  for (size_t i = 0; i < count; ++i) repeated.append(text);
  return repeated;
}

TEST(DisplayName, HasAtMostTwoHundredCharactersNotBytes) {
  v1::Command wire = Wire(kCreateBillingAccount);
  v1::BillingAccount& account = *wire.mutable_create_billing_account()->mutable_billing_account();
  account.set_display_name(Times(200, kEAcute));
  EXPECT_THAT(BadFields(wire), IsEmpty());
  account.set_display_name(Times(201, kEAcute));
  EXPECT_THAT(BadFields(wire), ElementsAre("billing_account.display_name"));
}

TEST(DisplayName, OfASubscriptionHasTheSameBound) {
  v1::Command wire = Wire(kUpdateSubscription);
  v1::Subscription& subscription = *wire.mutable_update_subscription()->mutable_subscription();
  subscription.set_display_name(Times(200, kEAcute));
  EXPECT_THAT(BadFields(wire), IsEmpty());
  subscription.set_display_name(Times(201, kEAcute));
  EXPECT_THAT(BadFields(wire), ElementsAre("subscription.display_name"));
}

TEST(HolderName, HasAtMostTwoHundredCharacters) {
  v1::Command wire = Wire(kAddCard);
  wire.mutable_add_card()->mutable_card()->set_holder_name(Times(200, kEAcute));
  EXPECT_THAT(BadFields(wire), IsEmpty());
  wire.mutable_add_card()->mutable_card()->set_holder_name(Times(201, kEAcute));
  EXPECT_THAT(BadFields(wire), ElementsAre("card.holder_name"));
}

TEST(ReasonText, HasAtMostFiveHundredCharacters) {
  v1::Command wire = Wire(kRemoveCard);
  wire.mutable_remove_card()->set_reason(Times(500, kEAcute));
  EXPECT_THAT(BadFields(wire), IsEmpty());
  wire.mutable_remove_card()->set_reason(Times(501, kEAcute));
  EXPECT_THAT(BadFields(wire), ElementsAre("reason"));
}

TEST(ReasonText, MayHaveLineBreaksAndTabsButNoOtherControls) {
  EXPECT_THAT(BadFields(kRemoveCard, R"(remove_card { reason: "lost\r\n\tin Utrecht" })"),
              IsEmpty());
  EXPECT_THAT(BadFields(kRemoveCard, R"(remove_card { reason: "\033[2J" })"),
              ElementsAre("reason"));
}

TEST(ReasonText, OfNothingVisibleIsNone) {
  EXPECT_EQ(Parsed(kRemoveCard, R"(remove_card { reason: " \t\n " })").personal.reason, "");
  // U+200B, a space without width.
  EXPECT_EQ(Parsed(kRemoveCard, R"(remove_card { reason: "\342\200\213" })").personal.reason, "");
  EXPECT_EQ(Parsed(kRemoveCard, R"(remove_card { reason: " lost \n" })").personal.reason,
            " lost \n");
}

TEST(FreeText, IsUtf8) {
  v1::Command wire = Wire(kRemoveCard);
  wire.mutable_remove_card()->set_reason("caf\xC3");
  EXPECT_THAT(BadFields(wire), ElementsAre("reason"));
}

TEST(FreeText, MayBeInAnyScript) {
  EXPECT_THAT(
      BadFields(
          kAddCard,
          R"(add_card { card { holder_name: "\331\205\330\261\331\212\331\205 O'Neil-\345\261\261" } })"),
      IsEmpty());
}

TEST(BillingAddress, HasAtMostFiveLines) {
  v1::Command wire = Wire(kAddCard);
  v1::PostalAddress& address = *wire.mutable_add_card()->mutable_card()->mutable_billing_address();
  address.clear_lines();
  for (int i = 0; i < 5; ++i) address.add_lines("line");
  EXPECT_THAT(BadFields(wire), IsEmpty());
  address.add_lines("line");
  EXPECT_THAT(BadFields(wire), ElementsAre("card.billing_address.lines"));
  address.set_lines(4, "");
  address.set_lines(5, "");
  EXPECT_THAT(BadFields(wire),
              ElementsAre("card.billing_address.lines[4]", "card.billing_address.lines"));
}

TEST(BillingAddress, HasLinesOfAtMostTwoHundredCharacters) {
  v1::Command wire = Wire(kAddCard);
  v1::PostalAddress& address = *wire.mutable_add_card()->mutable_card()->mutable_billing_address();
  address.set_lines(1, Times(200, kEAcute));
  EXPECT_THAT(BadFields(wire), IsEmpty());
  address.set_lines(1, Times(201, kEAcute));
  EXPECT_THAT(BadFields(wire), ElementsAre("card.billing_address.lines[1]"));
}

TEST(BillingAddress, BoundsItsOtherParts) {
  v1::Command wire = Wire(kAddCard);
  v1::PostalAddress& address = *wire.mutable_add_card()->mutable_card()->mutable_billing_address();
  address.set_city(Times(100, "c"));
  address.set_region(Times(100, "r"));
  address.set_postal_code(Times(20, "p"));
  EXPECT_THAT(BadFields(wire), IsEmpty());
  address.set_city(Times(101, "c"));
  address.set_region(Times(101, "r"));
  address.set_postal_code(Times(21, "p"));
  EXPECT_THAT(BadFields(wire),
              ElementsAre("card.billing_address.city", "card.billing_address.region",
                          "card.billing_address.postal_code"));
}

TEST(BillingAddress, HasAtMostOneThousandTwentyFourBytesInAll) {
  v1::Command wire = Wire(kAddCard);
  v1::PostalAddress& address = *wire.mutable_add_card()->mutable_card()->mutable_billing_address();
  address.Clear();
  for (int i = 0; i < 5; ++i) address.add_lines(Times(200, "x"));
  address.set_city(Times(1024 - 5 * 203 - 2, "c"));
  ASSERT_EQ(address.ByteSizeLong(), 1024U);
  EXPECT_THAT(BadFields(wire), IsEmpty());
  address.mutable_city()->push_back('c');
  EXPECT_THAT(BadFields(wire), ElementsAre("card.billing_address"));
}

TEST(BillingAddress, IsSearchedAsAWholeAlsoBesideABadPart) {
  v1::Command wire = Wire(kAddCard);
  v1::PostalAddress& address = *wire.mutable_add_card()->mutable_card()->mutable_billing_address();
  address.Clear();
  address.add_lines("4242 4242");
  address.add_lines("4242 4242");
  address.set_country("UK");
  EXPECT_THAT(BadFields(wire),
              ElementsAre("card.billing_address.lines", "card.billing_address.country"));
  address.clear_lines();
  for (int i = 0; i < 5; ++i) address.add_lines(Times(200, kEAcute));
  EXPECT_THAT(BadFields(wire), ElementsAre("card.billing_address.country", "card.billing_address"));
}

TEST(BillingAddress, MayBeEmpty) {
  v1::Command wire = Wire(kAddCard);
  wire.mutable_add_card()->mutable_card()->clear_billing_address();
  EXPECT_THAT(BadFields(wire), IsEmpty());
}

TEST(VaultToken, HasEightToHundredTwentyEightCharacters) {
  v1::Command wire = Wire(kAddCard);
  v1::Card& card = *wire.mutable_add_card()->mutable_card();
  card.set_token(Times(8, "t"));
  EXPECT_THAT(BadFields(wire), IsEmpty());
  card.set_token(Times(128, "t"));
  EXPECT_THAT(BadFields(wire), IsEmpty());
  card.set_token(Times(7, "t"));
  EXPECT_THAT(BadFields(wire), ElementsAre("card.token"));
  card.set_token(Times(129, "t"));
  EXPECT_THAT(BadFields(wire), ElementsAre("card.token"));
}

TEST(VaultToken, MayContainAWindowThatLooksLikeACardNumber) {
  EXPECT_THAT(BadFields(kAddCard, R"(add_card { card { token: "tok_9a4242424242424242" } })"),
              IsEmpty());
}

TEST(LastFour, AreExactlyFourDigits) {
  EXPECT_THAT(BadFields(kAddCard, R"(add_card { card { last_four: "0000" } })"), IsEmpty());
  EXPECT_THAT(BadFields(kAddCard, R"(add_card { card { last_four: "000" } })"),
              ElementsAre("card.last_four"));
  EXPECT_THAT(BadFields(kAddCard, R"(add_card { card { last_four: "00000" } })"),
              ElementsAre("card.last_four"));
}

TEST(Expiry, HasAMonthFromOneToTwelve) {
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { month: 1 } } }"), IsEmpty());
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { month: 12 } } }"), IsEmpty());
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { month: 0 } } }"),
              ElementsAre("card.expiry.month"));
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { month: 13 } } }"),
              ElementsAre("card.expiry.month"));
}

TEST(Expiry, HasAYearAtMostTwentyAhead) {
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { year: 2046 } } }"), IsEmpty());
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { year: 2047 } } }"),
              ElementsAre("card.expiry.year"));
  EXPECT_THAT(BadFields(kUpdateCard, "update_card { card { expiry { year: 2047 } } }"),
              ElementsAre("card.expiry.year"));
}

TEST(Expiry, HasAYearOfFourDigits) {
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { year: 1000 } } }"), IsEmpty());
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { year: 999 } } }"),
              ElementsAre("card.expiry.year"));
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { year: 10000 } } }"),
              ElementsAre("card.expiry.year"));
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { year: -2030 } } }"),
              ElementsAre("card.expiry.year"));
}

TEST(Expiry, MayBePastForTheRulesToRefuse) {
  EXPECT_THAT(BadFields(kAddCard, "add_card { card { expiry { year: 2020 } } }"), IsEmpty());
}

TEST(MaxCards, AreOneToOneThousandOrZero) {
  for (const std::string_view good : {"0", "1", "1000"}) {
    EXPECT_THAT(
        BadFields(kSetPolicy, "set_policy { policy { max_cards: " + std::string(good) + " } }"),
        IsEmpty())
        << good;
  }
  for (const std::string_view bad : {"-1", "1001"}) {
    EXPECT_THAT(
        BadFields(kSetPolicy, "set_policy { policy { max_cards: " + std::string(bad) + " } }"),
        ElementsAre("policy.max_cards"))
        << bad;
  }
}

std::vector<std::string> BadWithStates(std::vector<v1::SubscriptionState> states) {
  v1::Command wire = Wire(kSetPolicy);
  auto& holding_states = *wire.mutable_set_policy()->mutable_policy()->mutable_holding_states();
  holding_states.Assign(states.begin(), states.end());
  return BadFields(wire);
}

TEST(HoldingStates, MayBeAnyOfTheStatesBeforeTheEnd) {
  constexpr auto kActive = v1::SUBSCRIPTION_STATE_ACTIVE;
  constexpr auto kPastDue = v1::SUBSCRIPTION_STATE_PAST_DUE;
  constexpr auto kDisabled = v1::SUBSCRIPTION_STATE_DISABLED;
  constexpr auto kCancelled = v1::SUBSCRIPTION_STATE_CANCELLED;
  EXPECT_THAT(BadWithStates({}), IsEmpty());
  EXPECT_THAT(BadWithStates({kActive, kPastDue}), IsEmpty());
  EXPECT_THAT(BadWithStates({kPastDue, kActive}), IsEmpty());
  EXPECT_THAT(BadWithStates({kActive, kPastDue, kDisabled}), IsEmpty());
  EXPECT_THAT(BadWithStates({kCancelled, kDisabled, kActive, kPastDue}), IsEmpty());
  EXPECT_THAT(BadWithStates({kActive}), IsEmpty());
  EXPECT_THAT(BadWithStates({kDisabled, kCancelled}), IsEmpty());
  EXPECT_THAT(BadWithStates({kDisabled, kActive, kDisabled}), IsEmpty());

  const auto bad = ElementsAre("policy.holding_states");
  EXPECT_THAT(BadWithStates({kActive, kPastDue, v1::SUBSCRIPTION_STATE_DELETED}), bad);
  EXPECT_THAT(BadWithStates({kActive, kPastDue, v1::SUBSCRIPTION_STATE_TRANSFERRED}), bad);
  EXPECT_THAT(BadWithStates({kActive, kPastDue, v1::SUBSCRIPTION_STATE_UNSPECIFIED}), bad);
}

}  // namespace
}  // namespace billing::request
