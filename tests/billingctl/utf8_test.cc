#include "tools/billingctl/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace billing::billingctl {
namespace {

TEST(Utf8, IsTextOfWholeCodePoints) {
  for (const char* text : {"", "visa", "caf\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x92\xB3",
                           "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
    EXPECT_EQ(AsUtf8(text), text);
  }
}

TEST(Utf8, IsNothingOverlongHalvedOrBeyondUnicode) {
  for (const char* text :
       {"\x80", "\xFF", "\xC3", "\xC3(", "\xC0\xAF", "\xE0\x80\xAF", "\xE2\x82", "\xED\xA0\x80",
        "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_FALSE(IsUtf8(text)) << text;
    EXPECT_TRUE(IsUtf8(AsUtf8(text))) << text;
  }
}

TEST(Utf8, HasAReplacementForEachByteThatIsNone) {
  EXPECT_EQ(AsUtf8("n\xFF\xC3!"), "n\uFFFD\uFFFD!");
}

}  // namespace
}  // namespace billing::billingctl
