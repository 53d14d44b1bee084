// A progress bar for who waits at a terminal.
#ifndef BILLING_TOOLS_REPLAY_PROGRESS_H_
#define BILLING_TOOLS_REPLAY_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace billing::replay {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  // `terminal` null: nobody waits, and nothing is shown. It outlives the progress.
  Progress(std::ostream* terminal, std::string what)
      : terminal_(terminal), what_(std::move(what)), began_(Clock::now()) {}
  ~Progress() { Finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` from 0 to 1; less than 0: nobody can say. Shown a few times a second.
  void Show(double done, uint64_t records);
  // Takes the bar away, so that something else can be said.
  void Finish();

 private:
  std::ostream* terminal_;
  const std::string what_;
  const Clock::time_point began_;
  Clock::time_point shown_ = {};
};

// `prove  [######----] 58%  1,234,567 records, 98,765/s, 00:12 left`.
std::string ProgressLine(const std::string& what, double done, uint64_t records, double seconds);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_PROGRESS_H_
