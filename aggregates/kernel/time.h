// Time as data. No room below server/ reads a clock: an Instant arrives with the
// command, or from the log.
#ifndef BILLING_AGGREGATES_KERNEL_TIME_H_
#define BILLING_AGGREGATES_KERNEL_TIME_H_

#include <compare>
#include <cstdint>

namespace billing::kernel {

// Microseconds since 1970-01-01T00:00:00Z.
struct Instant {
  int64_t us = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

inline constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
inline constexpr int64_t kMicrosecondsPerDay = 86'400 * kMicrosecondsPerSecond;

// A month of the proleptic Gregorian calendar.
struct YearMonth {
  int year = 0;
  int month = 0;  // 1 to 12
  friend auto operator<=>(const YearMonth&, const YearMonth&) = default;
};

// The month that `at` lies in (UTC).
YearMonth MonthOf(Instant at);

// When a card with this expiry month stops being valid: 12:00 UTC on the first day of
// the next month, when the month has ended everywhere. Source: design page "The
// domain", States.
Instant ExpiryOf(YearMonth last_valid_month);

inline bool HasExpired(YearMonth last_valid_month, Instant now) {
  return now >= ExpiryOf(last_valid_month);
}

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_TIME_H_
