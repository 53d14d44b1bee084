#include "aggregates/kernel/time.h"

#include <gtest/gtest.h>

namespace billing::kernel {
namespace {

constexpr Instant Seconds(int64_t seconds) { return {seconds * kMicrosecondsPerSecond}; }

TEST(MonthOf, ChangesAtMidnightUtc) {
  // 2026-02-28T23:59:59.999999Z and one microsecond later.
  const Instant march = Seconds(1'772'323'200);
  EXPECT_EQ(MonthOf({march.us - 1}), (YearMonth{2026, 2}));
  EXPECT_EQ(MonthOf(march), (YearMonth{2026, 3}));
}

TEST(MonthOf, KnowsLeapDaysAndTimesBefore1970) {
  EXPECT_EQ(MonthOf(Seconds(1'709'164'800)), (YearMonth{2024, 2}));  // 2024-02-29
  EXPECT_EQ(MonthOf({0}), (YearMonth{1970, 1}));
  EXPECT_EQ(MonthOf({-1}), (YearMonth{1969, 12}));
}

TEST(ExpiryOf, IsNoonUtcOnTheFirstOfTheNextMonth) {
  EXPECT_EQ(ExpiryOf({2026, 2}), Seconds(1'772'366'400));   // 2026-03-01T12:00:00Z
  EXPECT_EQ(ExpiryOf({2026, 12}), Seconds(1'798'804'800));  // 2027-01-01T12:00:00Z
  EXPECT_EQ(ExpiryOf({9999, 12}), Seconds(253'402'344'000));
}

TEST(HasExpired, AtThatVeryInstant) {
  const Instant expiry = ExpiryOf({2026, 2});
  EXPECT_FALSE(HasExpired({2026, 2}, {expiry.us - 1}));
  EXPECT_TRUE(HasExpired({2026, 2}, expiry));
}

TEST(YearMonth, OrdersByYearThenMonth) {
  EXPECT_LT((YearMonth{2025, 12}), (YearMonth{2026, 1}));
  EXPECT_LT((YearMonth{2026, 1}), (YearMonth{2026, 2}));
}

}  // namespace
}  // namespace billing::kernel
