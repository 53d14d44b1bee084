// The load generator: unary calls as bytes, from one thread over a few connections, so
// that the same loop drives billingd and the echo and takes as little as possible of the
// cores that the server needs too.
//
// Measured on two cores with gRPC 1.51 (CPU of the client per call): completion queue and
// one thread 8.3 us; two threads 11.5 us; callback style 14 us; retries, bandwidth probes
// and channelz left on 1.5 us more.
#ifndef BILLING_TOOLS_BENCH_LOAD_H_
#define BILLING_TOOLS_BENCH_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "tools/bench/histogram.h"
#include "tools/bench/schedule.h"
#include "tools/bench/traffic.h"

namespace billing::bench {

struct LoadResult {
  // From the first call's start to the last answer.
  double seconds = 0;
  // Nanoseconds, one for each call, failed ones included. Closed loop: from sending.
  // Open loop: from the intended start.
  Histogram latencies_ns;
  size_t failed = 0;
  std::string first_failure;
  // Of one answer, on average.
  size_t reply_bytes = 0;

  double PerSecond() const;
};

// A channel with a socket of its own, connected. Unavailable when nobody answers.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const std::string& address);

// Not thread-safe.
class LoadClient {
 public:
  static absl::StatusOr<std::unique_ptr<LoadClient>> Connect(const std::string& address,
                                                             size_t connections);

  // Closed loop: `in_flight` calls under way, each answered one replaced at once.
  LoadResult Saturate(const Traffic& traffic, size_t in_flight);
  // Open loop: each call starts when `schedule` says, whatever became of those before.
  // At most 8,192 are under way; one that has to wait for that counts its wait.
  LoadResult Follow(const Traffic& traffic, Schedule schedule);

  const std::vector<std::shared_ptr<grpc::Channel>>& channels() const { return channels_; }

 private:
  explicit LoadClient(std::vector<std::shared_ptr<grpc::Channel>> channels)
      : channels_(std::move(channels)) {}

  std::vector<std::shared_ptr<grpc::Channel>> channels_;
};

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_LOAD_H_
