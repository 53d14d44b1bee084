#include "tools/replay/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/replay/words.h"

namespace billing::replay {
namespace {

constexpr auto kBetweenShows = std::chrono::milliseconds(200);
constexpr int kBarColumns = 20;
constexpr const char* kEraseLine = "\r\033[K";

}  // namespace

std::string ProgressLine(const std::string& what, double done, uint64_t records, double seconds) {
  std::string line = what;
  if (done >= 0) {
    const int filled = std::clamp(static_cast<int>(done * kBarColumns), 0, kBarColumns);
    absl::StrAppend(&line, "  [", std::string(static_cast<size_t>(filled), '#'),
                    std::string(static_cast<size_t>(kBarColumns - filled), '-'), "] ",
                    static_cast<int>(done * 100), "%");
  }
  absl::StrAppend(&line, "  ", Grouped(records), " records");
  if (seconds <= 0) return line;
  absl::StrAppend(&line, ", ",
                  Grouped(static_cast<uint64_t>(static_cast<double>(records) / seconds)), "/s");
  if (done <= 0) return line;
  const auto left = static_cast<int>(seconds / done * (1 - done));
  return absl::StrCat(line, absl::StrFormat(", %02d:%02d left", left / 60, left % 60));
}

void Progress::Finish() {
  if (terminal_ != nullptr) *terminal_ << kEraseLine << std::flush;
  terminal_ = nullptr;
}

void Progress::Show(double done, uint64_t records) {
  if (terminal_ == nullptr) return;
  const Clock::time_point now = Clock::now();
  if (now - shown_ < kBetweenShows) return;
  shown_ = now;
  const std::chrono::duration<double> passed = now - began_;
  *terminal_ << kEraseLine << ProgressLine(what_, done, records, passed.count()) << std::flush;
}

}  // namespace billing::replay
