#include "tools/billingctl/times.h"

#include <gtest/gtest.h>

namespace billing::billingctl {
namespace {

const absl::TimeZone kUtc = absl::UTCTimeZone();

absl::TimeZone EastBy(int hours) { return absl::FixedTimeZone(hours * 60 * 60); }

// 2026-03-01 13:05:09 UTC.
google::protobuf::Timestamp SomeTime() {
  google::protobuf::Timestamp time;
  time.set_seconds(1772370309);
  time.set_nanos(999'000'000);
  return time;
}

TEST(TimeText, HasTheOffsetOfItsZone) {
  EXPECT_EQ(TimeText(SomeTime(), kUtc), "2026-03-01 13:05:09Z");
  EXPECT_EQ(TimeText(SomeTime(), EastBy(1)), "2026-03-01 14:05:09 +01:00");
  EXPECT_EQ(TimeText(SomeTime(), EastBy(-8)), "2026-03-01 05:05:09 -08:00");
}

TEST(TimeText, IsEmptyWhenThereIsNoTime) {
  EXPECT_EQ(TimeText(google::protobuf::Timestamp(), kUtc), "");
}

TEST(ParseTime, TakesAnRfc3339TimeWhateverTheZone) {
  EXPECT_EQ(ParseTime("2026-03-01T13:05:09Z", EastBy(5))->seconds(), 1772370309);
  EXPECT_EQ(ParseTime("2026-03-01T14:05:09+01:00", kUtc)->seconds(), 1772370309);
  EXPECT_EQ(ParseTime("2026-03-01T13:05:09.25Z", kUtc)->nanos(), 250'000'000);
}

TEST(ParseTime, ReadsATimeWithoutAnOffsetInTheZone) {
  EXPECT_EQ(ParseTime("2026-03-01 13:05:09", kUtc)->seconds(), 1772370309);
  EXPECT_EQ(ParseTime("2026-03-01T13:05:09", kUtc)->seconds(), 1772370309);
  EXPECT_EQ(ParseTime("2026-03-01 13:05", kUtc)->seconds(), 1772370300);
  EXPECT_EQ(ParseTime("2026-03-01", kUtc)->seconds(), 1772323200);
  EXPECT_EQ(ParseTime("2026-03-01", EastBy(1))->seconds(), 1772323200 - 3600);
}

TEST(ParseTime, RefusesWhatIsNoTime) {
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-03-01 25:00", "13:05:09"}) {
    EXPECT_FALSE(ParseTime(text, kUtc).has_value()) << text;
  }
}

TEST(ParseTimeout, TakesUnitsAndPlainSeconds) {
  EXPECT_EQ(ParseTimeout("500ms"), std::chrono::milliseconds(500));
  EXPECT_EQ(ParseTimeout("10s"), std::chrono::seconds(10));
  EXPECT_EQ(ParseTimeout("2m"), std::chrono::minutes(2));
  EXPECT_EQ(ParseTimeout("3"), std::chrono::seconds(3));
  EXPECT_EQ(ParseTimeout("0.5"), std::chrono::milliseconds(500));
}

TEST(ParseTimeout, RefusesWhatIsOutOfBoundsOrNoDuration) {
  for (const char* text : {"", "0", "-1s", "61m", "soon", "10 s", "inf"}) {
    EXPECT_FALSE(ParseTimeout(text).has_value()) << text;
  }
}

TEST(Month, IsReadAndShownAsYearAndMonth) {
  EXPECT_EQ(MonthText(*ParseMonth("2030-04")), "2030-04");
  EXPECT_EQ(MonthText(*ParseMonth("2030-4")), "2030-04");
  EXPECT_EQ(MonthText(billing::v1::YearMonth()), "");
  for (const char* text : {"", "2030", "04/2030", "30-04", "2030-April", "2030-04-01"}) {
    EXPECT_FALSE(ParseMonth(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace billing::billingctl
