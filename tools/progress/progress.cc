#include "tools/progress/progress.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace billing::progress {
namespace {

constexpr double kBarCells = 20;
constexpr uint64_t kMinuteSeconds = 60;
constexpr uint64_t kHourSeconds = 60 * kMinuteSeconds;
// The cursor to the start of the line, and the line away.
constexpr char kErase[] = "\r\x1b[K";

std::string Bar(double share) {
  const auto filled = static_cast<size_t>(share * kBarCells);
  return absl::StrFormat("[%s%s] %3d%%", std::string(filled, '#'),
                         std::string(static_cast<size_t>(kBarCells) - filled, ' '),
                         static_cast<int>(share * 100));
}

}  // namespace

std::string Grouped(uint64_t number) {
  const std::string digits = absl::StrCat(number);
  std::string grouped;
  for (size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) grouped.push_back(',');
    grouped.push_back(digits[at]);
  }
  return grouped;
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

std::string ProgressText(const Progress& progress) {
  std::string text = progress.what;
  const auto add = [&text](const std::string& part) {
    absl::StrAppend(&text, text.empty() ? "" : "  ", part);
  };
  const double share = std::clamp(progress.share.value_or(0), 0.0, 1.0);
  if (progress.share) add(Bar(share));
  add(absl::StrCat(Grouped(progress.count), " ", progress.unit));
  if (progress.seconds > 0 && progress.count > progress.count_at_first) {
    const auto rate =
        static_cast<double>(progress.count - progress.count_at_first) / progress.seconds;
    add(absl::StrCat(Grouped(static_cast<uint64_t>(rate)), "/s"));
  }
  const double gone = share - progress.share_at_first;
  if (progress.seconds > 0 && gone > 0) {
    add(absl::StrCat(DurationText(progress.seconds / gone * (1 - share)), " left"));
  }
  if (!progress.note.empty()) add(progress.note);
  return text;
}

void ProgressLine::Draw(const Progress& progress) {
  if (!is_terminal_) return;
  out_ << kErase << ProgressText(progress) << std::flush;
  drawn_ = true;
}

void ProgressLine::Erase() {
  if (!drawn_) return;
  out_ << kErase << std::flush;
  drawn_ = false;
}

}  // namespace billing::progress
