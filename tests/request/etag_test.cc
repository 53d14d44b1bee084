#include "aggregates/request/etag.h"

#include <gtest/gtest.h>

namespace billing::request {
namespace {

TEST(PositionOf, ReadsAQuotedDecimal) {
  EXPECT_EQ(PositionOf("\"1\""), 1U);
  EXPECT_EQ(PositionOf("\"18446744073709551615\""), UINT64_MAX);
}

TEST(PositionOf, NeverMatchesForAnyOtherText) {
  for (const std::string_view text :
       {"", "\"", "\"\"", "12", "\"12", "12\"", "\"0\"", "\"012\"", "\"+12\"", "\"-1\"", "\" 12\"",
        "\"12 \"", "\"0x12\"", "\"18446744073709551616\"", "W/\"12\"", "*"}) {
    EXPECT_EQ(PositionOf(text), kNeverMatches) << text;
  }
}

TEST(EtagAt, ReadsBack) {
  EXPECT_EQ(EtagAt(12), "\"12\"");
  EXPECT_EQ(PositionOf(EtagAt(UINT64_MAX)), UINT64_MAX);
}

}  // namespace
}  // namespace billing::request
