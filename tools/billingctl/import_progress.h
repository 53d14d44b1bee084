// How far an import is: counted, and shown on one line that is drawn over itself.
#ifndef BILLING_TOOLS_BILLINGCTL_IMPORT_PROGRESS_H_
#define BILLING_TOOLS_BILLINGCTL_IMPORT_PROGRESS_H_

#include <cstdint>
#include <ostream>
#include <string>

namespace billing::billingctl {

struct ImportCounts {
  uint64_t done = 0;
  // Of these, answered from an earlier run: nothing happened now.
  uint64_t repeated = 0;
  uint64_t failed = 0;
  uint64_t lines() const { return done + failed; }
};

// How much of a file is answered, and since when.
struct ImportProgress {
  ImportCounts counts;
  uint64_t bytes = 0;
  uint64_t bytes_max = 0;
  double seconds = 0;
};

// `[#####     ]  50 %  12,000 lines  24,000/s  1 min 3 s left  2 failed`; the time left is as
// long as the rest takes at the rate so far.
std::string ProgressText(const ImportProgress& progress);

// `1,234,567`.
std::string WithCommas(uint64_t number);
// `3 h 20 min`, `1 min 3 s`, `12 s`.
std::string DurationText(double seconds);

// Draws on a terminal; nothing anywhere else. Not thread-safe.
class ProgressLine {
 public:
  ProgressLine(std::ostream& terminal, bool is_terminal)
      : terminal_(terminal), is_terminal_(is_terminal) {}
  void Draw(const ImportProgress& progress);
  // Before anything else is written there, and at the end.
  void Erase();

 private:
  std::ostream& terminal_;
  const bool is_terminal_;
  bool drawn_ = false;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_IMPORT_PROGRESS_H_
