// A server in a process of its own: started, waited for, measured, ended.
#ifndef BILLING_TOOLS_BENCH_CHILD_H_
#define BILLING_TOOLS_BENCH_CHILD_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace billing::bench {

class Child {
 public:
  // Starts the program, its standard error going to the file `log`, and waits for a line
  // on its standard output that holds `listen=ADDRESS`. Ends with the thread that calls
  // this, should that end first. Unavailable: it ended before; the message has the end of
  // its log.
  static absl::StatusOr<std::unique_ptr<Child>> Start(const std::vector<std::string>& command,
                                                      const std::string& log);
  // Stops it.
  ~Child();

  // Ends it with SIGTERM and waits; false unless it ended with exit code 0.
  bool Stop();
  // kill -9, and waits.
  void Kill();

  // Waits until it has written `name`, which ends with `=`, and a space or the line's end behind
  // what follows; gives that. Each only once. Unavailable: it ended before; the message is the
  // end of its log.
  absl::StatusOr<std::string> AwaitValue(std::string_view name);

  const std::string& address() const { return address_; }
  pid_t pid() const { return pid_; }
  // From the start of the process to its line.
  double start_seconds() const { return start_seconds_; }
  // CPU used so far by all of its threads, user and system.
  double CpuSeconds() const;
  // Resident memory (VmRSS).
  uint64_t ResidentBytes() const;

 private:
  Child(pid_t pid, int output, std::string log)
      : pid_(pid), output_(output), log_(std::move(log)) {}
  int End(int signal);

  pid_t pid_;
  int output_;
  const std::string log_;
  // Read of its output and not yet asked for.
  std::string seen_;
  std::string address_;
  double start_seconds_ = 0;
};

// A program that has ended.
struct Ended {
  int exit_code = 0;
  std::string output;  // what it wrote to standard output
  double seconds = 0;
  // Used by all of its threads, user and system.
  double cpu_seconds = 0;
};
// Runs it to its end, its standard error going to the file `log`.
//   Unavailable  it could not be started, or a signal ended it; the message has the end of
//                its log
absl::StatusOr<Ended> RunToEnd(const std::vector<std::string>& command, const std::string& log);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_CHILD_H_
