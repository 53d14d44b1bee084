#include "tools/billingctl/import_progress.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace billing::billingctl {
namespace {

constexpr uint64_t kBarWidth = 20;
constexpr uint64_t kMinuteSeconds = 60;
constexpr uint64_t kHourSeconds = 60 * kMinuteSeconds;
// The cursor to the start of the line, and the line away.
constexpr char kErase[] = "\r\x1b[K";

// Of a whole, in parts of `of`.
uint64_t Share(const ImportProgress& progress, uint64_t of) {
  if (progress.bytes_max == 0) return of;
  return static_cast<uint64_t>(static_cast<double>(of) *
                               (static_cast<double>(std::min(progress.bytes, progress.bytes_max)) /
                                static_cast<double>(progress.bytes_max)));
}

}  // namespace

std::string WithCommas(uint64_t number) {
  std::string text = absl::StrCat(number);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string DurationText(double seconds) {
  const auto whole = static_cast<uint64_t>(std::llround(std::max(0.0, seconds)));
  if (whole >= kHourSeconds) {
    return absl::StrCat(whole / kHourSeconds, " h ", whole % kHourSeconds / kMinuteSeconds, " min");
  }
  if (whole >= kMinuteSeconds) {
    return absl::StrCat(whole / kMinuteSeconds, " min ", whole % kMinuteSeconds, " s");
  }
  return absl::StrCat(whole, " s");
}

std::string ProgressText(const ImportProgress& progress) {
  const uint64_t filled = Share(progress, kBarWidth);
  std::string text = absl::StrFormat("[%s%s] %3d %%  %s lines", std::string(filled, '#'),
                                     std::string(kBarWidth - filled, ' '), Share(progress, 100),
                                     WithCommas(progress.counts.lines()));
  if (progress.seconds > 0 && progress.bytes > 0) {
    const double rate = static_cast<double>(progress.counts.lines()) / progress.seconds;
    const double left = static_cast<double>(progress.bytes_max - progress.bytes) /
                        static_cast<double>(progress.bytes) * progress.seconds;
    absl::StrAppend(&text, "  ", WithCommas(static_cast<uint64_t>(rate)), "/s  ",
                    DurationText(left), " left");
  }
  if (progress.counts.failed > 0) {
    absl::StrAppend(&text, "  ", WithCommas(progress.counts.failed), " failed");
  }
  return text;
}

void ProgressLine::Draw(const ImportProgress& progress) {
  if (!is_terminal_) return;
  terminal_ << kErase << ProgressText(progress) << std::flush;
  drawn_ = true;
}

void ProgressLine::Erase() {
  if (!drawn_) return;
  terminal_ << kErase << std::flush;
  drawn_ = false;
}

}  // namespace billing::billingctl
