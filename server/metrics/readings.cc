#include "server/metrics/readings.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>

#include "aggregates/kernel/time.h"
#include "server/metrics/families.h"

namespace billing::server {
namespace {

using prometheus::MetricFamily;

MetricFamily One(std::string_view name, std::string_view help, uint64_t value) {
  return OneGauge(name, help, static_cast<double>(value));
}

MetricFamily BuildInfo(const std::string& version) {
  MetricFamily family = GaugeFamily("billingd_build_info", "Always 1; which program this is.");
  family.metric.push_back(Level(1, {{"version", version}}));
  return family;
}

MetricFamily StoreBytes(const StoreUse& stores) {
  MetricFamily family =
      GaugeFamily("billingd_store_bytes", "Bytes on disk of what the data directory holds.");
  family.metric.push_back(Level(static_cast<double>(stores.log_bytes), {{"store", "log"}}));
  family.metric.push_back(Level(static_cast<double>(stores.views_bytes), {{"store", "views"}}));
  family.metric.push_back(Level(static_cast<double>(stores.keys_bytes), {{"store", "keys"}}));
  return family;
}

std::vector<MetricFamily> EngineGauges(const Readings& readings) {
  const Engine::Status& engine = readings.engine;
  return {
      One("billingd_queued_commands", "Commands that wait for the writer.", engine.queued),
      One("billingd_queued_commands_limit", "Commands of calls that may wait.", readings.queue_max),
      OneCounter("billingd_commands_rehearsed_total",
                 "Commands whose rows were read ahead of the writer, because it had to wait for "
                 "the disk.",
                 static_cast<double>(engine.rehearsed)),
      One("billingd_log_head_position", "Position of the log's last record.", readings.log_head),
      One("billingd_checkpoint_position", "Position that the newest stored checkpoint includes.",
          readings.checkpoint_position),
      One("billingd_projection_lag_records", "Records of the log that readers do not see yet.",
          readings.log_head - std::min(readings.log_head, engine.head)),
      One("billingd_projection_unwritten_records",
          "Records whose rows readers see from memory: a start folds them again.",
          engine.records_behind),
      One("billingd_projection_rebuild_running", "1 while the read models are built anew.",
          engine.rebuild.running ? 1 : 0),
      One("billingd_projection_rebuild_position", "How far the last such building has come.",
          engine.rebuild.position),
      One("billingd_storage_full", "1 while commands are refused for lack of disk space.",
          engine.storage_full ? 1 : 0),
      One("billingd_clock_suspect", "1 while commands are refused because of the clock.",
          engine.clock_suspect ? 1 : 0),
  };
}

std::vector<MetricFamily> LoadGauges(const ServerLoad& load) {
  return {
      One("billingd_connections", "gRPC connections that are open.", load.connections),
      OneCounter("billingd_connections_refused_total",
                 "Connections closed at once: too many, or no descriptors left.",
                 static_cast<double>(load.connections_refused)),
      One("billingd_watches", "Calls of WatchEvents that are served.", load.watches),
      One("billingd_bulk_streams", "Streams of commands that are open.", load.bulk_streams),
      One("billingd_queued_reads", "Reads that wait for a thread.", load.reads_queued),
  };
}

std::vector<MetricFamily> MachineGauges(const Readings& readings) {
  const ProcessUse& process = readings.process;
  return {
      StoreBytes(readings.stores),
      One("billingd_disk_free_bytes", "Free bytes of the data directory's file system.",
          readings.stores.free_bytes),
      One("billingd_disk_free_limit_bytes", "With less free bytes commands are refused.",
          readings.free_bytes_min),
      BuildInfo(readings.version),
      OneGauge("process_start_time_seconds", "When the process began, seconds since 1970.",
               static_cast<double>(readings.start_us) / kernel::kMicrosecondsPerSecond),
      OneCounter("process_cpu_seconds_total", "Processor time of all threads.",
                 process.cpu_seconds),
      One("process_resident_memory_bytes", "Memory of the process that is in RAM.",
          process.resident_bytes),
      One("process_open_fds", "Open file descriptors.", process.open_descriptors),
      One("process_max_fds", "File descriptors that may be open.", process.descriptors_max),
  };
}

}  // namespace

std::vector<MetricFamily> Gauges(const Readings& readings) {
  std::vector<MetricFamily> all = EngineGauges(readings);
  std::ranges::move(LoadGauges(readings.load), std::back_inserter(all));
  std::ranges::move(MachineGauges(readings), std::back_inserter(all));
  return all;
}

std::string MetricsText(const Metrics& metrics, const Readings& readings) {
  std::vector<MetricFamily> all = metrics.Collect();
  std::ranges::move(Gauges(readings), std::back_inserter(all));
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace billing::server
