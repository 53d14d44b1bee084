// Instants, durations and months as people type and read them.
#ifndef BILLING_TOOLS_BILLINGCTL_TIMES_H_
#define BILLING_TOOLS_BILLINGCTL_TIMES_H_

#include <chrono>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "billing/v1/common.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace billing::billingctl {

// `2026-03-01 14:05:09 +01:00`, and `2026-03-01 13:05:09Z` in UTC: whole seconds, the
// offset always there. Empty for an unset time.
std::string TimeText(const google::protobuf::Timestamp& time, const absl::TimeZone& zone);

// RFC 3339 (`2026-03-01T13:05:09Z`), or in `zone`: `2026-03-01 14:05:09`,
// `2026-03-01 14:05`, `2026-03-01`.
std::optional<google::protobuf::Timestamp> ParseTime(absl::string_view text,
                                                     const absl::TimeZone& zone);

// `10s`, `500ms`, `2m`; a bare number means seconds. 1 ms to 1 h.
std::optional<std::chrono::milliseconds> ParseTimeout(absl::string_view text);

// `2030-04`; empty for an unset month.
std::string MonthText(const billing::v1::YearMonth& month);
// `2030-04` (and `2030-4`). Whether the month exists is the server's to judge.
std::optional<billing::v1::YearMonth> ParseMonth(absl::string_view text);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_TIMES_H_
