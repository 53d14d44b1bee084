#include "aggregates/kernel/unicode.h"

#include <gtest/gtest.h>

#include <string>

namespace billing::kernel {
namespace {

TEST(FirstCodePoint, ReadsEveryLength) {
  EXPECT_EQ(FirstCodePoint("a").value, U'a');
  EXPECT_EQ(FirstCodePoint("\xC3\xA9").value, U'\u00E9');
  EXPECT_EQ(FirstCodePoint("\xE2\x82\xAC").value, U'\u20AC');
  EXPECT_EQ(FirstCodePoint("\xF0\x9F\x92\xB3x").value, U'\U0001F4B3');
  EXPECT_EQ(FirstCodePoint("\xF0\x9F\x92\xB3x").bytes, 4U);
  EXPECT_EQ(FirstCodePoint("\xF4\x8F\xBF\xBF").value, char32_t{0x10FFFF});
}

TEST(FirstCodePoint, RefusesWhatIsNotWellFormed) {
  for (const std::string_view text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    const CodePoint point = FirstCodePoint(text);
    EXPECT_FALSE(point.valid) << testing::PrintToString(text);
    EXPECT_EQ(point.bytes, 1U);
  }
}

TEST(CountCodePoints, CountsCharactersNotBytes) {
  EXPECT_EQ(CountCodePoints(""), 0U);
  EXPECT_EQ(CountCodePoints("caf\xC3\xA9"), 4U);
  EXPECT_EQ(CountCodePoints("caf\xC3"), std::nullopt);
}

TEST(DigitValueOf, KnowsTheDigitsOfAllScripts) {
  EXPECT_EQ(DigitValueOf(U'0'), 0);
  EXPECT_EQ(DigitValueOf(U'9'), 9);
  EXPECT_EQ(DigitValueOf(U'\u0664'), 4);      // Arabic-Indic
  EXPECT_EQ(DigitValueOf(U'\u06F9'), 9);      // extended Arabic-Indic
  EXPECT_EQ(DigitValueOf(U'\u096A'), 4);      // Devanagari
  EXPECT_EQ(DigitValueOf(U'\uFF14'), 4);      // full-width
  EXPECT_EQ(DigitValueOf(U'\U0001D7D2'), 4);  // mathematical bold
  EXPECT_EQ(DigitValueOf(U'\U0001D7FF'), 9);  // mathematical monospace
  EXPECT_EQ(DigitValueOf(U'\u2074'), 4);      // superscript
  EXPECT_EQ(DigitValueOf(U'\u2463'), 4);      // circled
}

TEST(DigitValueOf, IsNothingForWhatIsNoDigit) {
  for (const char32_t point : {U'/', U':', U'a', U'\u066A', U'\u00BD', U'\u4E00', U'\u2169'}) {
    EXPECT_EQ(DigitValueOf(point), std::nullopt) << static_cast<uint32_t>(point);
  }
}

TEST(IsControl, CoversWhatMakesShownTextLie) {
  for (const char32_t point : {U'\0', U'\n', U'\x1F', U'\x7F', char32_t{0x80}, char32_t{0x9F},
                               U'\u2028', U'\u2029', U'\u202A', U'\u202E', U'\u2066', U'\u2069'}) {
    EXPECT_TRUE(IsControl(point)) << static_cast<uint32_t>(point);
  }
  for (const char32_t point : {U' ', U'~', char32_t{0xA0}, U'\u2027', U'\u202F', U'\u206A'}) {
    EXPECT_FALSE(IsControl(point)) << static_cast<uint32_t>(point);
  }
}

TEST(IsSpace, CoversTheSpacesOfUnicode) {
  for (const char32_t point : {U' ', U'\t', U'\u00A0', U'\u2003', U'\u202F', U'\u3000'}) {
    EXPECT_TRUE(IsSpace(point)) << static_cast<uint32_t>(point);
  }
  EXPECT_FALSE(IsSpace(U'a'));
  EXPECT_FALSE(IsSpace(U'\u200B'));
}

TEST(IsInvisible, CoversZeroWidthAndCombiningCharacters) {
  for (const char32_t point : {U'\u00AD', U'\u200B', U'\u200D', U'\u2060', U'\uFEFF', U'\u0301',
                               U'\u20E3', U'\uFE0F', char32_t{0xE0030}}) {
    EXPECT_TRUE(IsInvisible(point)) << static_cast<uint32_t>(point);
  }
  EXPECT_FALSE(IsInvisible(U'a'));
  EXPECT_FALSE(IsInvisible(U' '));
}

}  // namespace
}  // namespace billing::kernel
