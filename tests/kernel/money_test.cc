#include "aggregates/kernel/money.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace billing::kernel {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
constexpr int32_t kNanosMax = 999'999'999;

google::type::Money Money(const std::string& currency, int64_t units, int32_t nanos) {
  google::type::Money money;
  money.set_currency_code(currency);
  money.set_units(units);
  money.set_nanos(nanos);
  return money;
}

struct Exact {
  const char* currency;
  int64_t units;
  int32_t nanos;
  int64_t minor;
};

// Of currencies with 0, 2, 3 and 4 digits.
constexpr Exact kExact[] = {
    {"JPY", 1, 0, 1},
    {"JPY", kLargest, 0, kLargest},
    {"EUR", 0, 10'000'000, 1},
    {"EUR", 1, 0, 100},
    {"EUR", 12, 340'000'000, 1'234},
    {"EUR", 12, 990'000'000, 1'299},
    {"EUR", kLargest / 100, 70'000'000, kLargest},
    {"KWD", 0, 1'000'000, 1},
    {"KWD", 3, 5'000'000, 3'005},
    {"KWD", kLargest / 1'000, 807'000'000, kLargest},
    {"CLF", 1, 100'000, 10'001},
};

TEST(Money, IsReadInMinorUnitsOfItsCurrency) {
  for (const Exact& exact : kExact) {
    SCOPED_TRACE(std::string(exact.currency) + " " + std::to_string(exact.minor));
    const auto parsed = AmountOf(Money(exact.currency, exact.units, exact.nanos));
    ASSERT_TRUE(parsed.amount);
    EXPECT_EQ(*parsed.amount, (Amount{exact.currency, exact.minor}));
  }
}

TEST(Money, IsWrittenBackAsItWasRead) {
  for (const Exact& exact : kExact) {
    SCOPED_TRACE(std::string(exact.currency) + " " + std::to_string(exact.minor));
    const auto money = MoneyOf({exact.currency, exact.minor});
    EXPECT_EQ(money.currency_code(), exact.currency);
    EXPECT_EQ(money.units(), exact.units);
    EXPECT_EQ(money.nanos(), exact.nanos);
  }
}

TEST(Money, OfWhatCannotBePaidInIsRefused) {
  for (const char* currency : {"", "eur", "EURO", "EU", "XAU", "XXX", "ZZZ"}) {
    const auto parsed = AmountOf(Money(currency, 1, 0));
    EXPECT_FALSE(parsed.amount) << currency;
    EXPECT_THAT(parsed.problems, ElementsAre(BadMoney::kCurrency)) << currency;
  }
}

void ExpectBad(const google::type::Money& money, BadMoney problem) {
  const auto parsed = AmountOf(money);
  EXPECT_FALSE(parsed.amount) << money.ShortDebugString();
  EXPECT_THAT(parsed.problems, ElementsAre(problem)) << money.ShortDebugString();
}

TEST(Money, MustBePositive) {
  ExpectBad(Money("EUR", 0, 0), BadMoney::kNotPositive);
  ExpectBad(Money("EUR", -1, 0), BadMoney::kNotPositive);
  ExpectBad(Money("EUR", 0, -10'000'000), BadMoney::kNotPositive);
  ExpectBad(Money("EUR", 1, -10'000'000), BadMoney::kNotPositive);
  ExpectBad(Money("EUR", -1, 10'000'000), BadMoney::kNotPositive);
  ExpectBad(Money("EUR", std::numeric_limits<int64_t>::min(), 0), BadMoney::kNotPositive);
}

TEST(Money, NanosAreLessThanAUnit) {
  ExpectBad(Money("EUR", 0, kNanosMax + 1), BadMoney::kNanos);
  ExpectBad(Money("EUR", 1, std::numeric_limits<int32_t>::max()), BadMoney::kNanos);
}

TEST(Money, IsNeverRounded) {
  ExpectBad(Money("JPY", 1, 1), BadMoney::kTooFine);
  ExpectBad(Money("JPY", 0, 500'000'000), BadMoney::kTooFine);
  ExpectBad(Money("EUR", 0, 1), BadMoney::kTooFine);
  ExpectBad(Money("EUR", 0, 5'000'000), BadMoney::kTooFine);
  ExpectBad(Money("EUR", 0, kNanosMax), BadMoney::kTooFine);
  ExpectBad(Money("KWD", 0, 500'000), BadMoney::kTooFine);
}

TEST(Money, HasToFitIn64Bits) {
  ExpectBad(Money("EUR", kLargest / 100 + 1, 0), BadMoney::kTooLarge);
  ExpectBad(Money("EUR", kLargest, 0), BadMoney::kTooLarge);
  // One cent, one fils more than the largest.
  ExpectBad(Money("EUR", kLargest / 100, 80'000'000), BadMoney::kTooLarge);
  ExpectBad(Money("KWD", kLargest / 1'000, 808'000'000), BadMoney::kTooLarge);
}

std::vector<BadMoney> ProblemsOf(const google::type::Money& money) {
  return AmountOf(money).problems;
}

TEST(Money, TellsEveryProblemThatDoesNotComeOfAnother) {
  EXPECT_THAT(ProblemsOf(Money("ZZZ", -1, kNanosMax + 1)),
              ElementsAre(BadMoney::kCurrency, BadMoney::kNotPositive, BadMoney::kNanos));
  EXPECT_THAT(ProblemsOf(Money("", 0, 0)),
              ElementsAre(BadMoney::kCurrency, BadMoney::kNotPositive));
  EXPECT_THAT(ProblemsOf(Money("EUR", -1, 1)),
              ElementsAre(BadMoney::kNotPositive, BadMoney::kTooFine));
  EXPECT_THAT(ProblemsOf(Money("EUR", kLargest, 1)),
              ElementsAre(BadMoney::kTooFine, BadMoney::kTooLarge));
  // Too large only together with nanos that are none.
  EXPECT_THAT(ProblemsOf(Money("EUR", kLargest / 100, kNanosMax + 1)),
              ElementsAre(BadMoney::kNanos));
}

TEST(Sum, IsNothingWhenItDoesNotFit) {
  EXPECT_EQ(Sum(0, 0), 0);
  EXPECT_EQ(Sum(1, 2), 3);
  EXPECT_EQ(Sum(kLargest - 1, 1), kLargest);
  EXPECT_EQ(Sum(kLargest, 1), std::nullopt);
  EXPECT_EQ(Sum(1, kLargest), std::nullopt);
  EXPECT_EQ(Sum(kLargest, kLargest), std::nullopt);
}

}  // namespace
}  // namespace billing::kernel
