#include "aggregates/kernel/time.h"

#include <cassert>
#include <chrono>

namespace billing::kernel {

YearMonth MonthOf(Instant at) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(at.us)};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month()))};
}

Instant ExpiryOf(YearMonth last_valid_month) {
  assert(last_valid_month.month >= 1 && last_valid_month.month <= 12);
  const std::chrono::year_month month{
      std::chrono::year(last_valid_month.year),
      std::chrono::month(static_cast<unsigned>(last_valid_month.month))};
  const std::chrono::sys_time<std::chrono::microseconds> expiry =
      std::chrono::sys_days{(month + std::chrono::months(1)) / 1} + std::chrono::hours(12);
  return {expiry.time_since_epoch().count()};
}

}  // namespace billing::kernel
