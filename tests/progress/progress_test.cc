#include "tools/progress/progress.h"

#include <sstream>

#include "gtest/gtest.h"

namespace billing::progress {
namespace {

TEST(ProgressText, TellsShareCountRateAndTimeLeft) {
  EXPECT_EQ(
      ProgressText(
          {.what = "prove", .share = 0.5, .count = 1'200'000, .unit = "records", .seconds = 60}),
      "prove  [##########          ]  50%  1,200,000 records  20,000/s  1 min 0 s left");
  EXPECT_EQ(ProgressText(
                {.share = 1, .count = 12'000, .unit = "lines", .seconds = 63, .note = "2 failed"}),
            "[####################] 100%  12,000 lines  190/s  0 s left  2 failed");
}

TEST(ProgressText, KeepsSilentOnWhatCannotBeTold) {
  EXPECT_EQ(ProgressText({.count = 10, .unit = "records", .seconds = 2}), "10 records  5/s");
  EXPECT_EQ(ProgressText({.share = 0, .unit = "lines"}), "[                    ]   0%  0 lines");
  EXPECT_EQ(ProgressText({.share = 1.5, .count = 3, .unit = "lines"}),
            "[####################] 100%  3 lines");
}

TEST(ProgressText, TakesTheRateFromTheFirstLook) {
  EXPECT_EQ(ProgressText({.share = 0.5,
                          .count = 1'500,
                          .unit = "records",
                          .share_at_first = 0.25,
                          .count_at_first = 500,
                          .seconds = 2}),
            "[##########          ]  50%  1,500 records  500/s  4 s left");
}

TEST(ProgressText, ShowsNumbersAndTimesAsPeopleReadThem) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1'000), "1,000");
  EXPECT_EQ(Grouped(1'234'567), "1,234,567");
  EXPECT_EQ(DurationText(0.4), "0 s");
  EXPECT_EQ(DurationText(59.6), "1 min 0 s");
  EXPECT_EQ(DurationText(12'000), "3 h 20 min");
}

TEST(ProgressLine, DrawsOverItselfAndIsErasedAtTheEnd) {
  std::ostringstream out;
  {
    ProgressLine line(out, /*is_terminal=*/true);
    line.Draw({.count = 1, .unit = "lines"});
    line.Draw({.count = 2, .unit = "lines"});
  }
  EXPECT_EQ(out.str(), "\r\x1b[K1 lines\r\x1b[K2 lines\r\x1b[K");
}

TEST(ProgressLine, DrawsNothingWhereNobodyLooks) {
  std::ostringstream out;
  {
    ProgressLine line(out, /*is_terminal=*/false);
    line.Draw({.count = 1, .unit = "lines"});
  }
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace billing::progress
