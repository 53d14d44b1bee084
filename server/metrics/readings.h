// The state of the server at the moment that somebody asks for its metrics.
#ifndef BILLING_SERVER_METRICS_READINGS_H_
#define BILLING_SERVER_METRICS_READINGS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/engine/engine.h"
#include "server/metrics/metrics.h"
#include "server/metrics/process_use.h"
#include "server/metrics/store_use.h"

namespace billing::server {

// What is open and what waits on the gRPC side.
struct ServerLoad {
  size_t connections = 0;
  uint64_t connections_refused = 0;  // since the start
  size_t watches = 0;
  size_t bulk_streams = 0;
  size_t reads_queued = 0;
};

struct Readings {
  std::string version;
  // When the process began, by the wall clock; microseconds since 1970.
  int64_t start_us = 0;
  Engine::Status engine;
  size_t queue_max = 0;
  // Of the log; the engine's is what readers see.
  uint64_t log_head = 0;
  // What the newest stored checkpoint includes.
  uint64_t checkpoint_position = 0;
  ServerLoad load;
  StoreUse stores;
  uint64_t free_bytes_min = 0;
  ProcessUse process;
};

std::vector<prometheus::MetricFamily> Gauges(const Readings& readings);

// All metrics in Prometheus' text format, version 0.0.4.
std::string MetricsText(const Metrics& metrics, const Readings& readings);

}  // namespace billing::server

#endif  // BILLING_SERVER_METRICS_READINGS_H_
