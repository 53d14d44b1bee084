// WatchEvents calls that are open, and read as fast as they come, by one thread.
#ifndef BILLING_TOOLS_BENCH_WATCHERS_H_
#define BILLING_TOOLS_BENCH_WATCHERS_H_

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "grpcpp/completion_queue.h"

namespace billing::bench {

// Thread-safe.
class Watchers {
 public:
  // One watch for each account, over connections of their own; all are live when it returns.
  // Unavailable when one ends before, or nothing comes for 30 s.
  static absl::StatusOr<std::unique_ptr<Watchers>> Open(const std::string& address,
                                                        const std::vector<std::string>& accounts);
  // Ends them.
  ~Watchers();

  // Waits until so many events in all have come since they were live. Unavailable when a watch
  // ends before, or nothing comes for 30 s; Internal when more came.
  absl::Status Await(size_t events);

 private:
  class Watch;

  Watchers() = default;
  void Read();
  absl::Status AwaitCounts(size_t live, size_t events);

  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<Watch>> watches_;
  grpc::CompletionQueue queue_;
  std::thread thread_;

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t live_ = 0;
  size_t events_ = 0;
  // Why a watch ended; not when they are all being ended.
  std::string ended_;
  bool stopping_ = false;
};

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_WATCHERS_H_
