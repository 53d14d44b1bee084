// What the scheduler did, as lines of the server's log.
#ifndef BILLING_SERVER_SCHEDULER_LOG_H_
#define BILLING_SERVER_SCHEDULER_LOG_H_

#include "server/engine/scheduler.h"
#include "server/log.h"

namespace billing::server {

// `event=command`, as for a caller's, and the resource's name.
LogLine LineOf(const ScheduledCommand& command, const Outcome& outcome);

// Writes such a line for every command, as a warning when it did not succeed: nobody else
// hears of that. And one line `event=scheduler_failed` when what is due could not be read
// or asked for. `logger` outlives the scheduler.
SchedulerListener LogOfScheduler(Logger& logger);

}  // namespace billing::server

#endif  // BILLING_SERVER_SCHEDULER_LOG_H_
