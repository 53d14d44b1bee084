#include "tools/billingctl/times.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace billing::billingctl {

std::string TimeText(const google::protobuf::Timestamp& time, const absl::TimeZone& zone) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  const absl::Time instant = absl::FromUnixSeconds(time.seconds());
  const char* format = zone == absl::UTCTimeZone() ? "%Y-%m-%d %H:%M:%SZ" : "%Y-%m-%d %H:%M:%S %Ez";
  return absl::FormatTime(format, instant, zone);
}

std::optional<google::protobuf::Timestamp> ParseTime(absl::string_view text,
                                                     const absl::TimeZone& zone) {
  for (const char* format : {absl::RFC3339_full, "%Y-%m-%d%ET%H:%M:%S", "%Y-%m-%d %H:%M:%S",
                             "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    absl::Time instant;
    std::string error;
    if (!absl::ParseTime(format, text, zone, &instant, &error)) continue;
    const timespec parts = absl::ToTimespec(instant);
    google::protobuf::Timestamp time;
    time.set_seconds(parts.tv_sec);
    time.set_nanos(static_cast<int32_t>(parts.tv_nsec));
    return time;
  }
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> ParseTimeout(absl::string_view text) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) &&
      !absl::ParseDuration(absl::StrCat(text, "s"), &duration)) {
    return std::nullopt;
  }
  if (duration < absl::Milliseconds(1) || duration > absl::Hours(1)) return std::nullopt;
  return absl::ToChronoMilliseconds(duration);
}

std::string MonthText(const billing::v1::YearMonth& month) {
  if (month.year() == 0 && month.month() == 0) return "";
  return absl::StrFormat("%04d-%02d", month.year(), month.month());
}

std::optional<billing::v1::YearMonth> ParseMonth(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  int32_t year = 0;
  int32_t month = 0;
  if (parts.size() != 2 || parts[0].size() != 4 || !absl::SimpleAtoi(parts[0], &year) ||
      !absl::SimpleAtoi(parts[1], &month)) {
    return std::nullopt;
  }
  billing::v1::YearMonth result;
  result.set_year(year);
  result.set_month(month);
  return result;
}

}  // namespace billing::billingctl
