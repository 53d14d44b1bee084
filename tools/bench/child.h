// A server in a process of its own: started, waited for, measured, ended.
#ifndef BILLING_TOOLS_BENCH_CHILD_H_
#define BILLING_TOOLS_BENCH_CHILD_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace billing::bench {

class Child {
 public:
  // Starts the program and waits for a line on its standard output that holds
  // `listen=ADDRESS`.
  static absl::StatusOr<std::unique_ptr<Child>> Start(const std::vector<std::string>& command);
  // Ends it with SIGTERM and waits.
  ~Child();

  const std::string& address() const { return address_; }
  // CPU seconds used so far, user and system.
  double CpuSeconds() const;

 private:
  Child(pid_t pid, int output) : pid_(pid), output_(output) {}

  pid_t pid_;
  int output_;
  std::string address_;
};

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_CHILD_H_
