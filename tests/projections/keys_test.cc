#include "projections/state/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace billing::projections {
namespace {

const auto kVisa = kernel::CardId::FromStored("visa");
const auto kMain = kernel::BillingProfileId::FromStored("main");
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

account::RoleBinding OwnerOf(const char* profile) {
  account::RoleBinding binding{.principal = kAlice, .role = v1::ROLE_OWNER};
  if (*profile != '\0') binding.billing_profile = kernel::BillingProfileId::FromStored(profile);
  return binding;
}

TEST(Keys, OfTheTreeAreWrittenLikeThis) {
  EXPECT_EQ(Shown(keys::TreeTile(0x0102), 8), "1b01000000000102");
  EXPECT_EQ(Shown(keys::TreeNode(16, 0x0102), 9), "1c0110000000000102");
}

TEST(Keys, OfPaymentAreWrittenLikeThis) {
  constexpr AccountNumber kNumber = 0x0102;
  EXPECT_EQ(Shown(keys::BillingProfile(kNumber, "main"), 8), "0f01000000000102main");
  EXPECT_EQ(Shown(keys::BilledTo(kNumber, kMain, HolderClass::kCancelled, kWeb), 14),
            "1001000000000102"
            "6d61696e"
            "0002web");
  EXPECT_EQ(Shown(keys::ProfileByCard(kNumber, kVisa, "main"), 13),
            "1101000000000102"
            "76697361"
            "00main");
  EXPECT_EQ(Shown(keys::Charge(kNumber, "may"), 8), "1201000000000102may");
  EXPECT_EQ(Shown(keys::UnpaidCharge(kNumber, "", ChargeClass::kPastDue, "may"), 10),
            "13010000000001020001may");
  EXPECT_EQ(Shown(keys::UnpaidCharge(kNumber, "cards/v", ChargeClass::kPending, "may"), 17),
            "1301000000000102"
            "63617264732f76"
            "0002may");
  EXPECT_EQ(keys::PaymentReport(kNumber, "may", "ref", v1::PAYMENT_OUTCOME_DECLINED),
            std::string("\x14\x01\0\0\0\0\x01\x02", 8) + std::string("may\0ref\0", 8) +
                static_cast<char>(v1::PAYMENT_OUTCOME_DECLINED));
  EXPECT_EQ(keys::Role(kNumber, OwnerOf("main")), keys::RolesPrefix(kNumber) +
                                                      std::string("users/alice\0main\0", 17) +
                                                      static_cast<char>(v1::ROLE_OWNER));
  EXPECT_EQ(Shown(keys::RolesPrefix(kNumber), 8), "1501000000000102");
  EXPECT_EQ(Shown(keys::Transfer(kNumber, "offer"), 8), "1601000000000102offer");
  EXPECT_EQ(keys::ReceivedTransfer("acme", kNumber, "offer"),
            std::string("\x17\x01"
                        "acme\0\0\0\0\0\x01\x02offer",
                        18));
  EXPECT_EQ(Shown(keys::Deadline({{0x030405}, kNumber, "transfers/offer"}), 16),
            "18010000000000030405000000000102transfers/offer");
  EXPECT_EQ(Shown(keys::Settlement(kNumber, "ref"), 8), "1901000000000102ref");
  EXPECT_EQ(Shown(keys::RoleChange(kNumber, 0x0304), 16), "1a010000000001020000000000000304");
}

TEST(Keys, OfPaymentAreReadBack) {
  for (const char* profile : {"", "main"}) {
    const account::RoleBinding binding = OwnerOf(profile);
    const std::string key = keys::Role(300, binding);
    EXPECT_EQ(keys::ParseRole(key.substr(keys::RolesPrefix(300).size())), binding);
  }
  for (const bool granted : {true, false}) {
    const std::string change = keys::RoleChangeValue(OwnerOf("main"), granted);
    EXPECT_EQ(keys::ParseRole(keys::ParseRoleChange(change).first), OwnerOf("main"));
    EXPECT_EQ(keys::ParseRoleChange(change).second, granted);
  }
  const std::string received = keys::ReceivedTransfer("acme", 300, "offer");
  const auto parsed = keys::ParseReceived(received.substr(keys::ReceivedPrefix("acme").size()));
  EXPECT_EQ(parsed.sender, 300u);
  EXPECT_EQ(parsed.transfer.value(), "offer");
  const auto deadline = keys::ParseDeadline(keys::Deadline({{1'234'567}, 300, "transfers/offer"}));
  EXPECT_EQ(deadline.at.us, 1'234'567);
  EXPECT_EQ(deadline.account, 300u);
  EXPECT_EQ(deadline.name, "transfers/offer");
}

TEST(Keys, OfDeadlinesSortByTimeThenAccountThenName) {
  const std::vector<std::string> sorted = {
      keys::Deadline({{255}, 9, "z"}), keys::Deadline({{256}, 1, "z"}),
      keys::Deadline({{65'536}, 255, "z"}), keys::Deadline({{65'536}, 256, "a"}),
      keys::Deadline({{65'536}, 256, "b"})};
  EXPECT_THAT(sorted, testing::WhenSorted(testing::ElementsAreArray(sorted)));
  const KeyRange due = keys::DeadlinesUntil({65'535});
  EXPECT_LE(due.begin, sorted[0]);
  EXPECT_GT(due.end, sorted[1]);
  EXPECT_LE(due.end, sorted[2]);
  EXPECT_GT(keys::DeadlinesUntil({65'536}).end, sorted[4]);
}

TEST(Keys, OfOneGroupOfPaymentDoNotReachIntoAnother) {
  const auto main_2 = kernel::BillingProfileId::FromStored("main-2");
  const auto visa_2 = kernel::CardId::FromStored("visa-2");
  const auto alice_2 = kernel::Principal::FromStored("users/alice2");
  EXPECT_FALSE(keys::BilledTo(1, main_2, HolderClass::kDisabled, kWeb)
                   .starts_with(keys::BilledToPrefix(1, kMain)));
  EXPECT_FALSE(keys::ProfileByCard(1, visa_2, "a").starts_with(keys::ProfileByCard(1, kVisa, "")));
  EXPECT_FALSE(keys::UnpaidCharge(1, "cards/visa-2", ChargeClass::kPastDue, "may")
                   .starts_with(keys::UnpaidCharge(1, "cards/visa", ChargeClass::kPastDue, "")));
  EXPECT_FALSE(keys::UnpaidCharge(1, "cards/visa", ChargeClass::kPastDue, "may")
                   .starts_with(keys::UnpaidCharge(1, "", ChargeClass::kPastDue, "")));
  EXPECT_FALSE(keys::Role(1, {.principal = alice_2, .role = v1::ROLE_OWNER})
                   .starts_with(keys::RolesPrefix(1, kAlice)));
  EXPECT_FALSE(
      keys::ReceivedTransfer("acme-2", 1, "offer").starts_with(keys::ReceivedPrefix("acme")));
  EXPECT_NE(keys::PaymentReport(1, "may", "ref", v1::PAYMENT_OUTCOME_SUCCEEDED),
            keys::PaymentReport(1, "m", "ay/ref", v1::PAYMENT_OUTCOME_SUCCEEDED));
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
