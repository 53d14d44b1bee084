// What every call of every service works with.
#ifndef BILLING_SERVER_CALLS_CALL_PARTS_H_
#define BILLING_SERVER_CALLS_CALL_PARTS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "server/caller.h"
#include "server/connection.h"
#include "server/engine/engine.h"
#include "server/executor.h"
#include "server/log.h"
#include "server/metrics/metrics.h"
#include "server/present.h"

namespace billing::server {

// All outlive every call.
struct CallParts {
  Engine& engine;
  const CredentialChecker& credentials;
  const Presenter& presenter;
  Executor& executor;
  // For reads that stream: a thread is held until its reader has taken everything, so as many
  // are answered at once as it has threads; the others wait in its queue.
  Executor& stream_executor;
  Logger& logger;
  Metrics& metrics;
  // How long a read waits for its min_position.
  int64_t min_position_wait_ms;
  // A reader that takes nothing of a stream for so long is let go.
  int64_t reader_patience_ms;
  // WatchEvents calls that are being served.
  std::atomic<size_t>& watchers;
  const Connections& connections;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_CALL_PARTS_H_
