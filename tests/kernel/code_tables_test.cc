#include <gtest/gtest.h>

#include <string>

#include "aggregates/kernel/countries.h"
#include "aggregates/kernel/currencies.h"

namespace billing::kernel {
namespace {

// Every text of three capital letters.
template <class Visit>
int CountCodes(int length, Visit is_code) {
  int count = 0;
  std::string code(static_cast<size_t>(length), 'A');
  while (true) {
    if (is_code(code)) ++count;
    size_t i = code.size();
    while (i > 0 && code[i - 1] == 'Z') code[--i] = 'A';
    if (i == 0) return count;
    ++code[i - 1];
  }
}

TEST(IsCountry, KnowsTheAssignedCodes) {
  for (const std::string_view code : {"AD", "NL", "US", "HK", "BR", "IN", "ZW"}) {
    EXPECT_TRUE(IsCountry(code)) << code;
  }
  EXPECT_EQ(CountCodes(2, IsCountry), 249);
}

TEST(IsCountry, RefusesUnassignedReservedAndMisspelledCodes) {
  for (const std::string_view code : {"", "N", "nl", "Nl", "NLD", "XX", "ZZ", "UK", "EU", "AN"}) {
    EXPECT_FALSE(IsCountry(code)) << code;
  }
}

TEST(MinorUnitsOf, AreTwoUnlessListedOtherwise) {
  EXPECT_EQ(MinorUnitsOf("EUR"), 2);
  EXPECT_EQ(MinorUnitsOf("USD"), 2);
  for (const std::string_view code : {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
                                      "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}) {
    EXPECT_EQ(MinorUnitsOf(code), 0) << code;
  }
  for (const std::string_view code : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}) {
    EXPECT_EQ(MinorUnitsOf(code), 3) << code;
  }
  EXPECT_EQ(MinorUnitsOf("CLF"), 4);
  EXPECT_EQ(MinorUnitsOf("UYW"), 4);
}

TEST(IsCurrency, KnowsAsManyAsTheTableSays) { EXPECT_EQ(CountCodes(3, IsCurrency), 164); }

TEST(IsCurrency, RefusesMetalsTestCodesAndWhatIsNoLongerPaidIn) {
  for (const std::string_view code : {"XAU", "XAG", "XPT", "XPD", "XDR", "XTS", "XXX", "XBA", "XUA",
                                      "DEM", "HRK", "ZWL", "eur", "EU", "EURO", ""}) {
    EXPECT_FALSE(IsCurrency(code)) << code;
  }
}

}  // namespace
}  // namespace billing::kernel
