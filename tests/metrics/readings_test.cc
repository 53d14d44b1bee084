#include "server/metrics/readings.h"

#include <fcntl.h>
#include <unistd.h>

#include "gtest/gtest.h"
#include "tests/metrics/metric_values.h"

namespace billing::server {
namespace {

Readings SomeReadings() {
  return {.version = "1.2.3",
          .start_us = 1'768'478'400'500'000,
          .engine = {.head = 90,
                     .records_behind = 7,
                     .queued = 5,
                     .rehearsed = 11,
                     .storage_full = true,
                     .clock_suspect = true,
                     .rebuild = {.running = true, .position = 42}},
          .queue_max = 8'192,
          .log_head = 100,
          .checkpoint_position = 88,
          .load = {.connections = 12,
                   .connections_refused = 3,
                   .watches = 4,
                   .bulk_streams = 2,
                   .reads_queued = 6},
          .stores = {.log_bytes = 1'000, .views_bytes = 2'000, .keys_bytes = 300, .free_bytes = 9},
          .free_bytes_min = 8,
          .process = {.cpu_seconds = 1.5,
                      .resident_bytes = 4'096,
                      .open_descriptors = 30,
                      .descriptors_max = 1'024}};
}

TEST(Gauges, TellEveryReading) {
  const auto gauges = Gauges(SomeReadings());
  for (const auto& [series, value] : std::vector<std::pair<const char*, double>>{
           {"billingd_queued_commands", 5},
           {"billingd_queued_commands_limit", 8'192},
           {"billingd_commands_rehearsed_total", 11},
           {"billingd_log_head_position", 100},
           {"billingd_checkpoint_position", 88},
           {"billingd_projection_lag_records", 10},
           {"billingd_projection_unwritten_records", 7},
           {"billingd_projection_rebuild_running", 1},
           {"billingd_projection_rebuild_position", 42},
           {"billingd_storage_full", 1},
           {"billingd_clock_suspect", 1},
           {"billingd_connections", 12},
           {"billingd_connections_refused_total", 3},
           {"billingd_watches", 4},
           {"billingd_bulk_streams", 2},
           {"billingd_queued_reads", 6},
           {R"(billingd_store_bytes{store="log"})", 1'000},
           {R"(billingd_store_bytes{store="views"})", 2'000},
           {R"(billingd_store_bytes{store="keys"})", 300},
           {"billingd_disk_free_bytes", 9},
           {"billingd_disk_free_limit_bytes", 8},
           {R"(billingd_build_info{version="1.2.3"})", 1},
           {"process_start_time_seconds", 1'768'478'400.5},
           {"process_cpu_seconds_total", 1.5},
           {"process_resident_memory_bytes", 4'096},
           {"process_open_fds", 30},
           {"process_max_fds", 1'024},
       }) {
    EXPECT_EQ(ValueOf(gauges, series), value) << series;
  }
}

TEST(Gauges, TheHeadMayBeReadBeforeTheLogHasIt) {
  Readings readings = SomeReadings();
  readings.log_head = readings.engine.head - 1;
  EXPECT_EQ(ValueOf(Gauges(readings), "billingd_projection_lag_records"), 0);
}

TEST(ProcessUse, IsThisProcesss) {
  const ProcessUse before = ReadProcessUse();
  EXPECT_GT(before.cpu_seconds, 0);
  EXPECT_GT(before.resident_bytes, uint64_t{1} << 20);
  EXPECT_GT(before.descriptors_max, 2u);
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(ReadProcessUse().open_descriptors, before.open_descriptors + 1);
  close(file);
}

}  // namespace
}  // namespace billing::server
