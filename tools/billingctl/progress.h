// How far long work is, for whoever waits for it at a terminal.
#ifndef BILLING_TOOLS_BILLINGCTL_PROGRESS_H_
#define BILLING_TOOLS_BILLINGCTL_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace billing::billingctl {

struct Progress {
  uint64_t done = 0;
  uint64_t total = 0;
  // Done when the rate began to be taken, and how long ago that was.
  uint64_t done_at_first = 0;
  std::chrono::milliseconds since_first{0};
};

// `[#########           ]  45%  120,000/s  0:03 left`; without rate and time left while
// they cannot be told.
std::string ProgressText(const Progress& progress);

// One line that is written over and over, and wiped in the end. Writes nothing unless it is
// on a terminal.
class ProgressLine {
 public:
  ProgressLine(std::ostream& out, bool on_terminal) : out_(out), on_terminal_(on_terminal) {}
  ~ProgressLine() { Wipe(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Show(const Progress& progress);

 private:
  void Wipe();

  std::ostream& out_;
  const bool on_terminal_;
  bool shown_ = false;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_PROGRESS_H_
