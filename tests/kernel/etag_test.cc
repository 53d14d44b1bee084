#include "aggregates/kernel/etag.h"

#include <gtest/gtest.h>

namespace billing::kernel {
namespace {

TEST(Etag, ReadsBackWhatItGives) {
  EXPECT_EQ(EtagAt(12), "\"12\"");
  for (const uint64_t position : {uint64_t{0}, uint64_t{1}, uint64_t{10}, UINT64_MAX}) {
    EXPECT_EQ(PositionOf(EtagAt(position)), position);
  }
}

TEST(Etag, IsNoOtherText) {
  for (const std::string_view text :
       {"", "\"", "\"\"", "12", "\"12", "12\"", "\"00\"", "\"012\"", "\"+12\"", "\"-1\"", "\"-0\"",
        "\" 12\"", "\"12 \"", "\"0x12\"", "\"1\"2\"", "\"abc\"", "\"18446744073709551616\"",
        "W/\"12\"", "*"}) {
    EXPECT_EQ(PositionOf(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace billing::kernel
