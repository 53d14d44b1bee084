#include "aggregates/kernel/card_number.h"

#include <gtest/gtest.h>

#include <string>

namespace billing::kernel {
namespace {

constexpr std::string_view kTestNumbers[] = {
    "4242424242424242", "4000056655665556",    "5555555555554444", "2223003122003222",
    "378282246310005",  "6011111111111117",    "30569309025904",   "3566002020360505",
    "6200000000000005", "6205500000000000004", "4000000000000002", "4000000000009995",
    "4000000000009987", "4000000000009979",    "4000000000000069", "4000000000000127",
    "4000000000000119"};

// `separator` between every four digits.
std::string Grouped(std::string_view digits, std::string_view separator) {
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % 4 == 0) grouped.append(separator);
    grouped.push_back(digits[i]);
  }
  return grouped;
}

// With the digits of another script, whose zero is these UTF-8 bytes, but for the last.
std::string InScript(std::string_view digits, std::string_view zero) {
  std::string text;
  for (const char digit : digits) {
    text.append(zero);
    text.back() = static_cast<char>(text.back() + (digit - '0'));
  }
  return text;
}

TEST(HoldsCardNumber, FindsTheTestNumbersOfEveryBrand) {
  for (const std::string_view number : kTestNumbers) EXPECT_TRUE(HoldsCardNumber(number)) << number;
}

TEST(HoldsCardNumber, NeedsTheRightCheckDigit) {
  EXPECT_FALSE(HoldsCardNumber("4242424242424241"));
  EXPECT_FALSE(HoldsCardNumber("378282246310006"));
}

TEST(HoldsCardNumber, NeedsABrandsPrefix) {
  EXPECT_FALSE(HoldsCardNumber("0000000000000000"));
  EXPECT_FALSE(HoldsCardNumber("1111111111111117"));
  EXPECT_FALSE(HoldsCardNumber("9999999999999995"));
}

TEST(HoldsCardNumber, NeedsALengthOfThatBrand) {
  // Right check digits, of lengths that neither brand has.
  EXPECT_FALSE(HoldsCardNumber("42424242424242"));
  EXPECT_FALSE(HoldsCardNumber("37828224631003"));
}

TEST(HoldsCardNumber, FindsLengthsFromTwelveToNineteen) {
  EXPECT_TRUE(HoldsCardNumber("500000000009"));         // Maestro, 12
  EXPECT_TRUE(HoldsCardNumber("4222222222222"));        // Visa, 13
  EXPECT_TRUE(HoldsCardNumber("6205500000000000004"));  // UnionPay, 19
  EXPECT_FALSE(HoldsCardNumber("50000000005"));
}

TEST(HoldsCardNumber, FindsTheMastercardRangeOfTwos) {
  EXPECT_TRUE(HoldsCardNumber("2221000000000009"));
  EXPECT_TRUE(HoldsCardNumber("2720990000000007"));
  EXPECT_FALSE(HoldsCardNumber("2721000000000004"));
}

TEST(HoldsCardNumber, SlidesAWindowOverLongerRuns) {
  EXPECT_TRUE(HoldsCardNumber("4242424242424242 12 2027"));
  EXPECT_TRUE(HoldsCardNumber("id 7 4242424242424242"));
  EXPECT_TRUE(HoldsCardNumber("0042424242424242420000"));
}

TEST(HoldsCardNumber, LooksThroughSeparators) {
  for (const std::string_view separator :
       {" ", "-", ".", "/", "_", ",", " - ", "\n", "\t", "\xC2\xA0", "\xE2\x80\x93", "\xE2\x80\x94",
        "\xE2\x80\xAF", "\xE3\x80\x80", "\xE2\x88\x92", "\xC2\xB7", "\xEF\xBC\x8D"}) {
    EXPECT_TRUE(HoldsCardNumber(Grouped("4242424242424242", separator)))
        << testing::PrintToString(separator);
  }
}

TEST(HoldsCardNumber, LooksThroughAllOfAsciiButLettersAndDigits) {
  for (int code = 0; code < 0x80; ++code) {
    const char c = static_cast<char>(code);
    if (c >= '0' && c <= '9') continue;
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    EXPECT_EQ(HoldsCardNumber(Grouped("4242424242424242", std::string(1, c))), !is_letter) << code;
  }
  EXPECT_TRUE(HoldsCardNumber("(4242) 4242 4242 4242"));
  EXPECT_TRUE(HoldsCardNumber("[4242] \"4242\" <4242> #4242"));
  EXPECT_TRUE(HoldsCardNumber("a=4242&4242&4242&4242"));
}

TEST(HoldsCardNumber, LooksThroughTheFullWidthFormsOfThem) {
  for (const std::string_view separator :
       {"（", "）", "＋", "＝", "＃", "＆", "＠", "＂", "＜", "＞", "［", "］", "！", "～"}) {
    EXPECT_TRUE(HoldsCardNumber(Grouped("4242424242424242", separator))) << separator;
  }
  for (const std::string_view letter : {"Ａ", "Ｚ", "ａ", "ｚ"}) {
    EXPECT_FALSE(HoldsCardNumber(Grouped("4242424242424242", letter))) << letter;
  }
}

TEST(HoldsCardNumber, LooksThroughInvisibleCharacters) {
  for (const std::string_view invisible :
       {"\xE2\x80\x8B", "\xE2\x80\x8D", "\xEF\xBB\xBF", "\xC2\xAD", "\xCC\xB2", "\xEF\xB8\x8F"}) {
    EXPECT_TRUE(HoldsCardNumber(Grouped("4242424242424242", invisible)))
        << testing::PrintToString(invisible);
  }
}

TEST(HoldsCardNumber, ReadsTheDigitsOfEveryScript) {
  for (const std::string_view zero :
       {"\xD9\xA0", "\xDB\xB0", "\xE0\xA5\xA6", "\xEF\xBC\x90", "\xF0\x9D\x9F\x8E"}) {
    EXPECT_TRUE(HoldsCardNumber(InScript("4242424242424242", zero)))
        << testing::PrintToString(zero);
    EXPECT_FALSE(HoldsCardNumber(InScript("4242424242424241", zero)))
        << testing::PrintToString(zero);
  }
}

TEST(HoldsCardNumber, FindsItInsideASentence) {
  EXPECT_TRUE(HoldsCardNumber("the customer's card is 4242-4242-4242-4242, please check"));
  EXPECT_TRUE(HoldsCardNumber("card4242424242424242x"));
  EXPECT_TRUE(HoldsCardNumber("%B4242424242424242^DOE/JANE^2712"));
  EXPECT_TRUE(HoldsCardNumber(";4242424242424242=2712101"));
}

TEST(HoldsCardNumber, LettersEndARun) { EXPECT_FALSE(HoldsCardNumber("42424242a42424242")); }

TEST(HoldsCardNumber, LeavesOrdinaryTextAlone) {
  for (const std::string_view text :
       {"", "replaces the old card", "+31 20 123 4567", "Damrak 1, 1012 LG Amsterdam",
        "2026-11-23 12:00", "order 12345678901", "ticket 20261123", "+31 (20) 123 4567, room #12",
        "<jan+42@example.com>", "1 + 1 = 2 & 2 + 2 = 4"}) {
    EXPECT_FALSE(HoldsCardNumber(text)) << text;
  }
}

TEST(HoldsCardNumber, TakesBrokenUtf8AsTheEndOfARun) {
  EXPECT_FALSE(
      HoldsCardNumber("42424242\xFF"
                      "42424242"));
  EXPECT_TRUE(
      HoldsCardNumber("\xFF"
                      "4242424242424242"));
}

TEST(IsCardNumber, FindsTheTestNumbersOfEveryBrand) {
  for (const std::string_view number : kTestNumbers) EXPECT_TRUE(IsCardNumber(number)) << number;
}

TEST(IsCardNumber, LooksThroughSeparatorsAndLettersAtTheEnds) {
  EXPECT_TRUE(IsCardNumber("4242-4242-4242-4242"));
  EXPECT_TRUE(IsCardNumber("tok_4242424242424242"));
  EXPECT_TRUE(IsCardNumber("pm:4242.4242.4242.4242:x"));
  EXPECT_TRUE(IsCardNumber("4242424242424242@example.com"));
  EXPECT_TRUE(IsCardNumber("jan+4242424242424242"));
}

TEST(IsCardNumber, IsNotFooledByTokensThatMerelyContainAWindow) {
  EXPECT_FALSE(IsCardNumber("tok_9a4242424242424242"));
  EXPECT_FALSE(IsCardNumber("tok_42424242424242420000"));
  EXPECT_FALSE(IsCardNumber("tok_1QxYz4242"));
  EXPECT_FALSE(IsCardNumber("jan+42@example.com"));
  EXPECT_FALSE(IsCardNumber("visa"));
  EXPECT_FALSE(IsCardNumber(""));
}

TEST(IsCardNumber, NeedsThirteenToNineteenDigits) {
  EXPECT_FALSE(IsCardNumber("500000000009"));
  EXPECT_TRUE(IsCardNumber("4222222222222"));
  EXPECT_TRUE(IsCardNumber("6205500000000000004"));
  EXPECT_FALSE(IsCardNumber("62055000000000000049"));
}

TEST(IsCardNumber, NeedsPrefixAndCheckDigit) {
  EXPECT_FALSE(IsCardNumber("4242424242424241"));
  EXPECT_FALSE(IsCardNumber("1111111111111117"));
}

}  // namespace
}  // namespace billing::kernel
