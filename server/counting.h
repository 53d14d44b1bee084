// How calls that did not succeed are counted, and what the scheduler and the rebuilds do.
#ifndef BILLING_SERVER_COUNTING_H_
#define BILLING_SERVER_COUNTING_H_

#include "server/engine/engine.h"
#include "server/engine/scheduler.h"
#include "server/metrics/metrics.h"
#include "server/status.h"

namespace billing::server {

// Never one of the first three.
CallOutcome OutcomeOf(const Problem& problem);

// Counts why, when it was rejected; its outcome. For everything that is no command.
CallOutcome CountProblem(Metrics& metrics, const Problem& problem);
// The same for a command, which may also have been refused.
CallOutcome CountCommandProblem(Metrics& metrics, const Problem& problem);

// A listener that counts and then tells `next`. `metrics` outlives it.
SchedulerListener Counted(Metrics& metrics, SchedulerListener next);
RebuildListener Counted(Metrics& metrics, RebuildListener next);

}  // namespace billing::server

#endif  // BILLING_SERVER_COUNTING_H_
