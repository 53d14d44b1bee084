// What every verb of billing-bench works with: the options, a folder, the servers, and
// where figures are told.
#ifndef BILLING_TOOLS_BENCH_BENCH_H_
#define BILLING_TOOLS_BENCH_BENCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/bench/child.h"
#include "tools/bench/figure.h"
#include "tools/bench/load.h"
#include "tools/bench/requests.h"
#include "tools/bench/stream_load.h"
#include "tools/bench/traffic.h"

namespace billing::bench {

// As many calls of one connection billingd serves at once (server/grpc_server.cc); more would wait
// in the client, not yet under way.
inline constexpr size_t kCallsPerConnectionMax = 100;

struct Options {
  std::string billingd;        // path of the server's program
  std::string billing_replay;  // path of the auditor's program
  std::string self;            // path of this program, which also serves the echo
  std::string address;         // a server that runs already; empty: one of our own
  std::string folder;          // where stores are made; its disk is what is measured
  size_t commands = 100'000;   // calls of one run
  size_t one_client = 1'000;   // calls of one run of one client
  // So many that the cores have nothing left to give.
  size_t connections = 16;
  size_t in_flight = 1'024;  // at most kCallsPerConnectionMax for each connection
  StreamShape streams;       // of a bulk load
  size_t watchers = 200;
  size_t log_events = 1'000'000;    // of the log that is audited
  size_t account_events = 100'000;  // of the account whose state is asked for
  size_t runs = 5;
  size_t events = 10'000'000;  // of the grown store
  size_t accounts = 1'000'000;
  uint64_t seed = 1;  // of the open loop's arrivals
  bool json = false;
};

// A server with connections to it.
struct Server {
  std::string address;
  std::unique_ptr<Child> process;  // null when it runs already
  std::unique_ptr<LoadClient> client;

  // Of the process, so far; 0 when it is not ours.
  double CpuSeconds() const { return process == nullptr ? 0 : process->CpuSeconds(); }
};

// One run of a load on one server.
struct Run {
  double per_second = 0;
  double cpu_us = 0;  // of the server, per call
  double p50_us = 0;
  double p99_us = 0;
  double p999_us = 0;
  double max_us = 0;
  size_t reply_bytes = 0;
};

class Bench {
 public:
  // REQUIRES: `folder` exists; `options` outlives this.
  Bench(const Options& options, std::string_view verb, std::string folder);

  const Options& options() const { return options_; }
  const std::string& folder() const { return folder_; }
  Names& names() { return names_; }

  // billingd on a store of its own in folder(), with these flags besides: empty the first
  // time that it is named. Or the server that the options name.
  absl::StatusOr<Server> StartBillingd(const std::string& store = "store",
                                       const std::vector<std::string>& flags = {});
  absl::StatusOr<Server> StartEcho(size_t reply_bytes);

  // All calls must succeed: anything else is an error.
  absl::StatusOr<Run> Saturate(Server& server, const Traffic& traffic, size_t in_flight) const;
  absl::StatusOr<Run> SaturateStreams(Server& server, const Traffic& traffic,
                                      const StreamShape& shape) const;
  absl::StatusOr<Run> Follow(Server& server, const Traffic& traffic, double per_second,
                             uint64_t seed) const;

  // Opens so many accounts and gives their ids.
  absl::StatusOr<std::vector<std::string>> OpenAccounts(Server& server, size_t count);

  // To standard output, at once.
  void Tell(const Figure& figure);
  // To standard error, for somebody who waits at a terminal.
  void Say(const std::string& what) const;

 private:
  const Options& options_;
  const std::string folder_;
  const Setting setting_;
  Names names_;
  bool told_ = false;
};

// The parts of two sides that alternate: first one, then the other begins, so that a
// machine that gets faster or slower meanwhile favours neither.
template <typename First, typename Second>
absl::Status InTurns(size_t run, First first, Second second) {
  const absl::Status status = run % 2 == 0 ? first() : second();
  if (!status.ok()) return status;
  return run % 2 == 0 ? second() : first();
}

// One value of each run.
template <typename Of>
std::vector<double> Each(const std::vector<Run>& runs, Of of) {
  std::vector<double> values;
  for (const Run& run : runs) values.push_back(of(run));
  return values;
}
std::vector<double> PerSecondOf(const std::vector<Run>& runs);
std::vector<double> CpuUsOf(const std::vector<Run>& runs);
// Run by run. REQUIRES: as many of the one as of the other.
std::vector<double> Ratios(const std::vector<double>& ours, const std::vector<double>& theirs);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_BENCH_H_
