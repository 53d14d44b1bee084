#include "server/rebuild_log.h"

#include "aggregates/kernel/time.h"
#include "fmt/format.h"
#include "projections/fold/fold.h"

namespace billing::server {

LogLine ViewsRebuilt(const Rebuilt& rebuilt) {
  LogLine line("views_rebuilt");
  if (rebuilt.from_version != 0) line.Add("from", uint64_t{rebuilt.from_version});
  line.Add("to", uint64_t{projections::kFoldVersion}).Add("records", rebuilt.records);
  const double seconds = static_cast<double>(rebuilt.us) / kernel::kMicrosecondsPerSecond;
  line.Add("seconds", fmt::format("{:.3f}", seconds));
  return line;
}

RebuildListener LogOfRebuilds(Logger& logger) {
  return {.began =
              [&logger](uint64_t position) {
                LogLine line("views_rebuild_began");
                line.Add("position", position);
                logger.Write(LogLevel::kInfo, line);
              },
          .ended =
              [&logger](const RebuildEnd& end) {
                if (end.status.ok()) {
                  return logger.Write(LogLevel::kInfo,
                                      ViewsRebuilt({.from_version = projections::kFoldVersion,
                                                    .records = end.records,
                                                    .us = end.us}));
                }
                LogLine line("views_rebuild_failed");
                line.Add("records", end.records).Add("status", end.status.ToString());
                logger.Write(LogLevel::kError, line);
              },
          .left =
              [&logger](const absl::Status& status) {
                LogLine line("views_not_removed");
                line.Add("status", status.ToString());
                logger.Write(LogLevel::kWarning, line);
              }};
}

}  // namespace billing::server
