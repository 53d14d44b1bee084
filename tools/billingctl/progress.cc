#include "tools/billingctl/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace billing::billingctl {
namespace {

constexpr uint64_t kBarCells = 30;
// Erases what is left of the line before it.
constexpr char kToLineStart[] = "\r\x1b[K";

// `1,234,567`.
std::string Grouped(uint64_t number) {
  std::string digits = absl::StrCat(number);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

}  // namespace

std::string ProgressText(const Progress& progress) {
  const uint64_t total = std::max<uint64_t>(1, progress.total);
  const uint64_t done = std::min(progress.done, total);
  const uint64_t cells = done * kBarCells / total;
  std::string text =
      absl::StrFormat("[%s%s] %3d%%", std::string(cells, '#'), std::string(kBarCells - cells, ' '),
                      static_cast<int>(done * 100 / total));
  const auto milliseconds = static_cast<uint64_t>(progress.since_first.count());
  if (milliseconds == 0 || done <= progress.done_at_first) return text;
  const uint64_t rate = (done - progress.done_at_first) * 1'000 / milliseconds;
  if (rate == 0) return text;
  const uint64_t seconds = (total - done + rate - 1) / rate;
  absl::StrAppend(&text, "  ", Grouped(rate), "/s  ",
                  absl::StrFormat("%d:%02d", seconds / 60, seconds % 60), " left");
  return text;
}

void ProgressLine::Show(const Progress& progress) {
  if (!on_terminal_) return;
  out_ << kToLineStart << ProgressText(progress) << std::flush;
  shown_ = true;
}

void ProgressLine::Wipe() {
  if (shown_) out_ << kToLineStart << std::flush;
}

}  // namespace billing::billingctl
