// Watches in a process of their own, as from callers who only watch. A second thread that waits
// for sockets in the process that sends the commands would cost each of them 3 us (load.h),
// whatever is watched.
#ifndef BILLING_TOOLS_BENCH_WATCH_PROCESS_H_
#define BILLING_TOOLS_BENCH_WATCH_PROCESS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/bench/child.h"

namespace billing::bench {

// Not thread-safe.
class WatchProcess {
 public:
  struct Order {
    std::string address;
    // Each is watched by one.
    std::vector<std::string> accounts;
    // So many are to come in all; 0: none, and nobody waits for them.
    size_t events = 0;
  };
  // Starts `program`, this one, to do as ordered; all watches are live when it returns. Files of
  // its own go to `folder`. Unavailable when it could not.
  static absl::StatusOr<std::unique_ptr<WatchProcess>> Start(const std::string& program,
                                                             const std::string& folder,
                                                             const Order& order);

  // Waits for the last of the events; gives when it came (NowNs). Unavailable when it does not.
  absl::StatusOr<int64_t> Await();

 private:
  explicit WatchProcess(std::unique_ptr<Child> child) : child_(std::move(child)) {}

  const std::unique_ptr<Child> child_;
};

// What that process does, until a signal ends it: watches the accounts that the file names, one
// on each line; prints `watching listen=ADDRESS` when all are live, and `came_ns=TIME` after so
// many events. Returns 1, having said why, when a watch ends or no event comes for 30 s.
int HoldWatches(const std::string& address, const std::string& accounts_file, size_t events);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_WATCH_PROCESS_H_
