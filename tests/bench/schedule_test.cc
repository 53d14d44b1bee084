#include "tools/bench/schedule.h"

#include <vector>

#include "gtest/gtest.h"

namespace billing::bench {
namespace {

constexpr uint64_t kSeed = 7;

std::vector<int64_t> Times(double per_second, uint64_t seed, int count) {
  Schedule schedule(per_second, seed);
  std::vector<int64_t> times;
  while (count-- > 0) times.push_back(schedule.Next());
  return times;
}

TEST(Schedule, StartsSoManyCallsASecondOnAverage) {
  const int64_t last_ns = Times(10'000, kSeed, 100'000).back();
  EXPECT_NEAR(static_cast<double>(last_ns), 10e9, 0.1e9);
}

TEST(Schedule, NeverGoesBack) {
  int64_t before = 0;
  for (const int64_t time : Times(1e6, kSeed, 10'000)) {
    ASSERT_GE(time, before);
    before = time;
  }
}

TEST(Schedule, IsThatOfItsSeed) {
  EXPECT_EQ(Times(1'000, kSeed, 100), Times(1'000, kSeed, 100));
  EXPECT_NE(Times(1'000, kSeed, 100), Times(1'000, kSeed + 1, 100));
}

// Callers who do not know of each other: of the gaps, e^-1 are longer than the mean. Even
// gaps would have none, and would hide what happens when callers come together.
TEST(Schedule, LetsCallsComeTogether) {
  const std::vector<int64_t> times = Times(1'000, kSeed, 100'000);
  int longer_than_mean = 0;
  for (size_t i = 1; i < times.size(); ++i) longer_than_mean += times[i] - times[i - 1] > 1'000'000;
  EXPECT_NEAR(longer_than_mean, 36'788, 700);
}

}  // namespace
}  // namespace billing::bench
