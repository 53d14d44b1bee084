#include "tools/bench/histogram.h"

#include <cmath>

#include "gtest/gtest.h"

namespace billing::bench {
namespace {

TEST(Histogram, OfNothingIsZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.max(), 0);
  EXPECT_EQ(histogram.ValueAt(0.5), 0);
}

TEST(Histogram, KeepsEveryValueWithinOnePercent) {
  for (int64_t value = 1; value < Histogram::kLargest; value += 1 + value / 37) {
    Histogram histogram;
    histogram.Record(value);
    histogram.Record(Histogram::kLargest);
    const double error = std::abs(static_cast<double>(histogram.ValueAt(0.5) - value));
    ASSERT_LE(error, 0.01 * static_cast<double>(value)) << value;
  }
}

TEST(Histogram, IsExactBelow128) {
  for (int64_t value = 0; value < 128; ++value) {
    Histogram histogram;
    histogram.Record(value);
    histogram.Record(1'000);
    EXPECT_EQ(histogram.ValueAt(0.5), value);
  }
}

TEST(Histogram, GivesTheSmallestValueThatTheShareDoesNotExceed) {
  Histogram histogram;
  for (int64_t value = 1; value <= 100; ++value) histogram.Record(value);
  EXPECT_EQ(histogram.ValueAt(0.01), 1);
  EXPECT_EQ(histogram.ValueAt(0.5), 50);
  EXPECT_EQ(histogram.ValueAt(0.501), 51);
  EXPECT_EQ(histogram.ValueAt(0.99), 99);
  EXPECT_EQ(histogram.ValueAt(1), 100);
}

TEST(Histogram, SeesOneSlowCallInAThousandOnlyAtTheEnd) {
  Histogram histogram;
  for (int i = 0; i < 999; ++i) histogram.Record(100);
  histogram.Record(5'000'000);
  EXPECT_EQ(histogram.ValueAt(0.999), 100);
  EXPECT_EQ(histogram.max(), 5'000'000);
  EXPECT_NEAR(static_cast<double>(histogram.ValueAt(0.9991)), 5e6, 5e4);
}

TEST(Histogram, GivesNothingAboveTheLargestRecorded) {
  Histogram histogram;
  histogram.Record(1'000'001);
  EXPECT_LE(histogram.ValueAt(1), 1'000'001);
}

TEST(Histogram, CountsWhatIsOutsideItsRangeAtItsEnds) {
  Histogram histogram;
  histogram.Record(-5);
  histogram.Record(Histogram::kLargest + 1'000);
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_EQ(histogram.ValueAt(0.5), 0);
  EXPECT_EQ(histogram.max(), Histogram::kLargest);
}

TEST(Histogram, AddedToAnotherIsAsIfRecordedThere) {
  Histogram low;
  Histogram high;
  low.Record(10);
  low.Record(20);
  high.Record(90);
  low.Add(high);
  EXPECT_EQ(low.count(), 3u);
  EXPECT_EQ(low.ValueAt(0.5), 20);
  EXPECT_EQ(low.ValueAt(1), 90);
  EXPECT_EQ(low.max(), 90);
}

}  // namespace
}  // namespace billing::bench
