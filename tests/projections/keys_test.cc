#include "projections/state/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace billing::projections {
namespace {

const auto kVisa = kernel::CardId::FromStored("visa");
const auto kWeb = kernel::SubscriptionId::FromStored("web");
const auto kAlice = kernel::Principal::FromStored("users/alice");

// Two hexadecimal digits per byte, except for the text at the end of most keys.
std::string Shown(std::string_view key, size_t binary_bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string shown;
  for (const char c : key.substr(0, binary_bytes)) {
    shown += kDigits[static_cast<uint8_t>(c) >> 4];
    shown += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return shown.append(key.substr(binary_bytes));
}

// The stored form: a change here makes every views database another one.
TEST(Keys, AreWrittenLikeThis) {
  constexpr AccountNumber kNumber = 0x0102;
  EXPECT_EQ(Shown(keys::Account(kNumber), 8), "0101000000000102");
  EXPECT_EQ(Shown(keys::AccountHead(kNumber), 8), "0201000000000102");
  EXPECT_EQ(Shown(keys::AccountById("acme"), 2), "0301acme");
  EXPECT_EQ(keys::AccountByPrincipal(kAlice, "acme"), std::string("\x04\x01users/alice\0acme", 18));
  EXPECT_EQ(Shown(keys::Card(kNumber, "visa"), 8), "0501000000000102visa");
  EXPECT_EQ(Shown(keys::CardByToken(kNumber, "tok-1"), 8), "0601000000000102tok-1");
  EXPECT_EQ(Shown(keys::CardByFingerprint(kNumber, "fp-1"), 8), "0701000000000102fp-1");
  EXPECT_EQ(Shown(keys::Subscription(kNumber, "web"), 8), "0801000000000102web");
  EXPECT_EQ(Shown(keys::LiveSubscription(kNumber, "web"), 8), "0901000000000102web");
  EXPECT_EQ(Shown(keys::Holder(kNumber, kVisa, HolderClass::kConsumption, kWeb), 14),
            "0a0100000000010276697361"
            "0005web");
  EXPECT_EQ(Shown(keys::Expiring({2030, 4}, kNumber, "visa"), 12), "0b0100005f2c000000000102visa");
  EXPECT_EQ(Shown(keys::ExpiringOf(kNumber, {2030, 4}, "visa"), 12),
            "0c0100000000010200005f2cvisa");
  EXPECT_EQ(Shown(keys::Subject(kNumber, "", 7), 17), "0d01000000000102000000000000000007");
  EXPECT_EQ(Shown(keys::Request(std::string(16, '\xab'), "users/alice\n"), 18),
            "0e01abababababababababababababababab"
            "users/alice\n");
}

TEST(Keys, OfAccountsSortByNumber) {
  std::vector<std::string> sorted;
  for (const AccountNumber number :
       {uint64_t{1}, uint64_t{2}, uint64_t{255}, uint64_t{256}, uint64_t{65'536},
        (uint64_t{1} << 40) - 1, (uint64_t{1} << 48) - 1}) {
    sorted.push_back(keys::Account(number));
  }
  EXPECT_THAT(sorted, testing::WhenSorted(testing::ElementsAreArray(sorted)));
}

TEST(Keys, OfExpiringCardsSortByMonthAcrossYearsThenAccountThenCard) {
  const std::vector<std::string> sorted = {
      keys::Expiring({2029, 12}, 9, "b"), keys::Expiring({2030, 1}, 1, "z"),
      keys::Expiring({2030, 2}, 255, "a"), keys::Expiring({2030, 2}, 256, "a"),
      keys::Expiring({2030, 2}, 256, "b")};
  EXPECT_THAT(sorted, testing::WhenSorted(testing::ElementsAreArray(sorted)));
}

TEST(Keys, OfASubjectSortByPosition) {
  const std::vector<std::string> sorted = {
      keys::Subject(1, "cards/visa", 9), keys::Subject(1, "cards/visa", 10),
      keys::Subject(1, "cards/visa", 256), keys::Subject(1, "cards/visa-2", 1)};
  EXPECT_THAT(sorted, testing::WhenSorted(testing::ElementsAreArray(sorted)));
}

TEST(Keys, OfOneGroupDoNotReachIntoAnother) {
  const auto visa_2 = kernel::CardId::FromStored("visa-2");
  const auto alice_2 = kernel::Principal::FromStored("users/alice2");
  EXPECT_FALSE(keys::Holder(1, visa_2, HolderClass::kDisabled, kWeb)
                   .starts_with(keys::HoldersPrefix(1, kVisa)));
  EXPECT_FALSE(
      keys::Subject(1, "cards/visa-2", 5).starts_with(keys::SubjectPrefix(1, "cards/visa")));
  EXPECT_FALSE(keys::Subject(1, "cards/visa", 5).starts_with(keys::SubjectPrefix(1, "")));
  EXPECT_FALSE(
      keys::AccountByPrincipal(alice_2, "acme").starts_with(keys::AccountByPrincipal(kAlice, "")));
  EXPECT_FALSE(keys::Card(257, "a").starts_with(keys::Card(1, "")));
}

TEST(Keys, PrefixesBeginTheirRows) {
  EXPECT_TRUE(keys::Holder(1, kVisa, HolderClass::kCancelled, kWeb)
                  .starts_with(keys::HoldersPrefix(1, kVisa, HolderClass::kCancelled)));
  EXPECT_TRUE(keys::HoldersPrefix(1, kVisa, HolderClass::kCancelled)
                  .starts_with(keys::HoldersPrefix(1, kVisa)));
  EXPECT_TRUE(keys::Subject(1, "cards/visa", 5).starts_with(keys::SubjectPrefix(1, "cards/visa")));
}

TEST(Keys, AfterBeginsBehindTheNamedRowAndItsPrefixes) {
  const KeyRange range = keys::After(keys::Card(1, ""), "visa");
  EXPECT_GT(range.begin, keys::Card(1, "visa"));
  EXPECT_LT(range.begin, keys::Card(1, "visa-2"));
  EXPECT_GT(range.end, keys::Card(1, "zzz"));
  EXPECT_LE(range.end, keys::Card(2, ""));
  EXPECT_EQ(keys::After(keys::Card(1, ""), "").begin, keys::Card(1, ""));
}

TEST(Keys, OfExpiringCardsAreReadBack) {
  for (const kernel::YearMonth month : {kernel::YearMonth{2029, 12}, {2030, 1}, {2030, 11}}) {
    const auto card = keys::ParseExpiring(keys::Expiring(month, 300, "visa"));
    EXPECT_EQ(card.month, month);
    EXPECT_EQ(card.account, 300u);
    EXPECT_EQ(card.card, kVisa);
    const auto same = keys::ParseExpiringOf(keys::ExpiringOf(300, month, "visa"));
    EXPECT_EQ(same.month, month);
    EXPECT_EQ(same.account, 300u);
    EXPECT_EQ(same.card, kVisa);
  }
}

TEST(Keys, ValuesOfIndexesAreReadBack) {
  constexpr uint64_t kLargest = (uint64_t{1} << 48) - 1;
  EXPECT_EQ(keys::ParseNumberValue(keys::NumberValue(kLargest)), kLargest);
  EXPECT_EQ(keys::ParsePositionValue(keys::PositionValue(UINT64_MAX)), UINT64_MAX);
  EXPECT_EQ(keys::PositionIn(keys::Subject(1, "cards/visa", 0x0102030405060708)),
            0x0102030405060708u);
}

}  // namespace
}  // namespace billing::projections
