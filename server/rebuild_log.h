// Building read models anew, as lines of the server's log.
#ifndef BILLING_SERVER_REBUILD_LOG_H_
#define BILLING_SERVER_REBUILD_LOG_H_

#include <cstdint>

#include "server/engine/engine.h"
#include "server/log.h"

namespace billing::server {

struct Rebuilt {
  // Of the fold that wrote those that were given up; 0: not known, or there were none.
  uint32_t from_version = 0;
  uint64_t records = 0;
  int64_t us = 0;
};

// `event=views_rebuilt from=1 to=2 records=… seconds=…`; without `from` when it is 0.
LogLine ViewsRebuilt(const Rebuilt& rebuilt);

// Lines `views_rebuild_began`, `views_rebuilt`, `views_rebuild_failed` and
// `views_not_removed`. `logger` outlives the engine.
RebuildListener LogOfRebuilds(Logger& logger);

}  // namespace billing::server

#endif  // BILLING_SERVER_REBUILD_LOG_H_
