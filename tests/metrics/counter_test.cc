#include "server/metrics/counter.h"

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace billing::server {
namespace {

using ::testing::ElementsAre;

constexpr std::array<int64_t, 2> kBounds = {10, 100};

TEST(Histogram, AValueThatEqualsABoundIsWithinIt) {
  Histogram<kBounds> histogram;
  for (const int64_t value : {0, 10, 11, 100, 101, 5'000}) histogram.Observe(value);
  const HistogramCounts counts = histogram.counts();
  EXPECT_THAT(counts.buckets, ElementsAre(2, 2, 2));
  EXPECT_EQ(counts.sum, 5'222u);
}

TEST(Histogram, LosesNothingWhenManyObserve) {
  constexpr int kEach = 50'000;
  Histogram<kBounds> histogram;
  const auto observe = [&] {
    for (int i = 0; i < kEach; ++i) histogram.Observe(7);
  };
  std::thread other(observe);
  observe();
  other.join();
  EXPECT_THAT(histogram.counts().buckets, ElementsAre(2 * kEach, 0, 0));
  EXPECT_EQ(histogram.counts().sum, uint64_t{2 * kEach * 7});
}

}  // namespace
}  // namespace billing::server
