#include "tools/billingctl/money.h"

#include <gtest/gtest.h>

#include <limits>

namespace billing::billingctl {
namespace {

google::type::Money Money(const std::string& currency, int64_t units, int32_t nanos) {
  google::type::Money money;
  money.set_currency_code(currency);
  money.set_units(units);
  money.set_nanos(nanos);
  return money;
}

// What the text is read as, units and nanos apart: `12|340000000|EUR`.
std::string Read(const std::string& text) {
  const auto money = ParseMoney(text);
  if (!money) return "nothing";
  return std::to_string(money->units()) + "|" + std::to_string(money->nanos()) + "|" +
         money->currency_code();
}

TEST(Money, IsReadExactly) {
  EXPECT_EQ(Read("12.34 EUR"), "12|340000000|EUR");
  EXPECT_EQ(Read("12 EUR"), "12|0|EUR");
  EXPECT_EQ(Read("0.1 EUR"), "0|100000000|EUR");
  EXPECT_EQ(Read("1500 JPY"), "1500|0|JPY");
  EXPECT_EQ(Read("0.000000001 EUR"), "0|1|EUR");
  // Sixteen digits that no double tells apart from its neighbour.
  EXPECT_EQ(Read("90071992547409.93 EUR"), "90071992547409|930000000|EUR");
  EXPECT_EQ(Read("9223372036854775807.999999999 EUR"), "9223372036854775807|999999999|EUR");
}

TEST(Money, IsTypedWithOrWithoutTheBlankAndInEitherCase) {
  EXPECT_EQ(Read("12.34EUR"), "12|340000000|EUR");
  EXPECT_EQ(Read("  12.34   eur "), "12|340000000|EUR");
}

TEST(Money, OfAnotherShapeIsRefused) {
  for (const char* text :
       {"", "EUR", "12", "12.34", "12.34 EURO", "EUR 12.34", "-12 EUR", "+12 EUR", "12,34 EUR",
        "1,200.00 EUR", "1 200 EUR", "12. EUR", ".5 EUR", "1.2.3 EUR", "1e3 EUR", "0x1f EUR",
        "12.3456789012 EUR", "9223372036854775808 EUR", "12.34 €"}) {
    EXPECT_EQ(Read(text), "nothing") << text;
  }
}

TEST(Money, IsShownWithTheDecimalsOfItsCurrency) {
  EXPECT_EQ(MoneyText(Money("EUR", 12, 340'000'000)), "12.34 EUR");
  EXPECT_EQ(MoneyText(Money("EUR", 12, 0)), "12.00 EUR");
  EXPECT_EQ(MoneyText(Money("EUR", 0, 0)), "0.00 EUR");
  EXPECT_EQ(MoneyText(Money("EUR", 0, 50'000'000)), "0.05 EUR");
  EXPECT_EQ(MoneyText(Money("JPY", 1500, 0)), "1500 JPY");
  EXPECT_EQ(MoneyText(Money("KWD", 1, 5'000'000)), "1.005 KWD");
  EXPECT_EQ(MoneyText(Money("CLF", 1, 0)), "1.0000 CLF");
}

TEST(Money, IsNeverRounded) {
  EXPECT_EQ(MoneyText(Money("EUR", 0, 1)), "0.000000001 EUR");
  EXPECT_EQ(MoneyText(Money("EUR", 1, 125'000'000)), "1.125 EUR");
  EXPECT_EQ(MoneyText(Money("JPY", 1, 500'000'000)), "1.5 JPY");
}

TEST(Money, ShowsASignOnlyOnce) {
  EXPECT_EQ(MoneyText(Money("EUR", -12, -340'000'000)), "-12.34 EUR");
  EXPECT_EQ(MoneyText(Money("EUR", 0, -340'000'000)), "-0.34 EUR");
  EXPECT_EQ(MoneyText(Money("JPY", std::numeric_limits<int64_t>::min(), 0)),
            "-9223372036854775808 JPY");
}

TEST(Money, UnsetIsShownAsNothing) { EXPECT_EQ(MoneyText(google::type::Money()), ""); }

}  // namespace
}  // namespace billing::billingctl
