#include "aggregates/charge/decline_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace billing::charge {
namespace {

constexpr auto kSoft = v1::DECLINE_KIND_SOFT;
constexpr auto kHard = v1::DECLINE_KIND_HARD;
constexpr auto kCustomer = v1::DECLINE_KIND_CUSTOMER_ACTION;

struct Row {
  v1::DeclineReason reason;
  std::vector<std::string> network_codes;
  std::vector<std::string> advice_codes;
  v1::DeclineKind kind;
};

// As on the design page "The domain", Payment guidance.
const std::vector<Row> kTable = {
    {v1::DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED,
     {"57", "62", "5C", "9G", "card_not_supported", "transaction_not_allowed"},
     {},
     kCustomer},
    {v1::DECLINE_REASON_INSUFFICIENT_CREDIT,
     {"51", "61", "65", "insufficient_funds", "card_velocity_exceeded"},
     {"02"},
     kSoft},
    {v1::DECLINE_REASON_RECURRING_PAYMENTS_DISABLED,
     {"R0", "R1", "R3", "revocation_of_authorization"},
     {"21"},
     kCustomer},
    {v1::DECLINE_REASON_CARD_EXPIRED, {"54", "33", "expired_card"}, {"01"}, kCustomer},
    {v1::DECLINE_REASON_CARD_LOST_OR_STOLEN,
     {"41", "43", "04", "07", "lost_card", "stolen_card", "pickup_card"},
     {},
     kHard},
    {v1::DECLINE_REASON_DO_NOT_HONOR, {"05", "do_not_honor", "generic_decline"}, {}, kSoft},
    {v1::DECLINE_REASON_INVALID_CARD_DETAILS,
     {"14", "15", "46", "incorrect_number", "incorrect_cvc"},
     {},
     kHard},
    {v1::DECLINE_REASON_ISSUER_UNAVAILABLE, {"91", "96", "processing_error"}, {}, kSoft},
    {v1::DECLINE_REASON_AUTHENTICATION_REQUIRED, {"1A", "authentication_required"}, {}, kCustomer},
    {v1::DECLINE_REASON_CARD_TYPE_NOT_ACCEPTED, {}, {"40", "41"}, kHard},
    {v1::DECLINE_REASON_OTHER, {}, {"03"}, kHard},
};

constexpr Decline kUnknown = {v1::DECLINE_REASON_OTHER, kSoft};

std::string InCapitals(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string InSmallLetters(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

TEST(DeclineTable, EveryCodeOfEveryRow) {
  for (const Row& row : kTable) {
    const Decline expected{row.reason, row.kind};
    for (const std::string& code : row.network_codes)
      EXPECT_EQ(DeclineOf(code, ""), expected) << code;
    for (const std::string& code : row.advice_codes)
      EXPECT_EQ(DeclineOf("", code), expected) << code;
  }
}

TEST(DeclineTable, LetterCaseDoesNotMatter) {
  for (const Row& row : kTable) {
    const Decline expected{row.reason, row.kind};
    for (const std::string& code : row.network_codes) {
      EXPECT_EQ(DeclineOf(InCapitals(code), ""), expected) << code;
      EXPECT_EQ(DeclineOf(InSmallLetters(code), ""), expected) << code;
    }
  }
}

TEST(DeclineTable, TheAdviceWinsWhereBothSpeak) {
  for (const Row& network : kTable) {
    for (const std::string& code : network.network_codes) {
      for (const Row& advice : kTable) {
        for (const std::string& word : advice.advice_codes) {
          EXPECT_EQ(DeclineOf(code, word), (Decline{advice.reason, advice.kind}))
              << code << " " << word;
        }
      }
      EXPECT_EQ(DeclineOf(code, "99"), (Decline{network.reason, network.kind})) << code;
    }
  }
}

TEST(DeclineTable, EachSortOfCodeHasItsOwnMeaning) {
  EXPECT_EQ(DeclineOf("41", "").reason, v1::DECLINE_REASON_CARD_LOST_OR_STOLEN);
  EXPECT_EQ(DeclineOf("", "41").reason, v1::DECLINE_REASON_CARD_TYPE_NOT_ACCEPTED);
  EXPECT_EQ(DeclineOf("02", ""), kUnknown);
  EXPECT_EQ(DeclineOf("", "51"), kUnknown);
}

TEST(DeclineTable, AnythingElseIsOther) {
  for (const char* code : {"", "5", "051", "51 ", " 51", "00", "lost", "lost_cards", "lost card"}) {
    EXPECT_EQ(DeclineOf(code, ""), kUnknown) << code;
    EXPECT_EQ(DeclineOf("", code), kUnknown) << code;
  }
}

}  // namespace
}  // namespace billing::charge
