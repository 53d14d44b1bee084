#include "server/rebuild_log.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "projections/fold/fold.h"

namespace billing::server {
namespace {

TEST(RebuildLog, SaysWhatWasGivenUpAndWhatItTook) {
  EXPECT_EQ(ViewsRebuilt({.from_version = 1, .records = 200'000, .us = 1'234'567}).text(),
            absl::StrCat("event=views_rebuilt from=1 to=", projections::kFoldVersion,
                         " records=200000 seconds=1.235"));
}

TEST(RebuildLog, WithoutAnEarlierVersionItNamesNone) {
  EXPECT_EQ(ViewsRebuilt({.records = 1, .us = 1}).text(),
            absl::StrCat("event=views_rebuilt to=", projections::kFoldVersion,
                         " records=1 seconds=0.000"));
}

}  // namespace
}  // namespace billing::server
