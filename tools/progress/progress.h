// How far long work is, for whoever waits for it at a terminal.
#ifndef BILLING_TOOLS_PROGRESS_PROGRESS_H_
#define BILLING_TOOLS_PROGRESS_PROGRESS_H_

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

namespace billing::progress {

struct Progress {
  // Said before the bar; may be empty.
  std::string what;
  // Of the whole, 0 to 1; none while nobody can say.
  std::optional<double> share;
  // What is counted, and its name in the plural.
  uint64_t count = 0;
  std::string unit;
  // Share and count when the rate began to be taken, and how long ago that was.
  double share_at_first = 0;
  uint64_t count_at_first = 0;
  double seconds = 0;
  // Said at the end; may be empty.
  std::string note;
};

// `prove  [########            ]  40%  1,200,000 records  20,000/s  1 min 30 s left`; without
// rate and time left while they cannot be told.
std::string ProgressText(const Progress& progress);

// `1,234,567`.
std::string Grouped(uint64_t number);
// `3 h 20 min`, `1 min 3 s`, `12 s`.
std::string DurationText(double seconds);

// One line that is drawn over itself, and erased in the end. Not thread-safe.
class ProgressLine {
 public:
  // Nothing is drawn unless `out`, which outlives the line, is a terminal.
  ProgressLine(std::ostream& out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {}
  ~ProgressLine() { Erase(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Draw(const Progress& progress);
  // Before anything else is written there.
  void Erase();

 private:
  std::ostream& out_;
  const bool is_terminal_;
  bool drawn_ = false;
};

}  // namespace billing::progress

#endif  // BILLING_TOOLS_PROGRESS_PROGRESS_H_
