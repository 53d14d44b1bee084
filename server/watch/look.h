// Looking at the log for one watch that is not where the log is.
#ifndef BILLING_SERVER_WATCH_LOOK_H_
#define BILLING_SERVER_WATCH_LOOK_H_

#include "server/calls/call_parts.h"
#include "server/watch/watch.h"

namespace billing::server {

// Looks at the records behind `watch.seen`, at most a page of them, and queues those that pass
// its filters and that its caller may see now. Sets scope, seen, page and problem.
void LookAtLog(const CallParts& parts, Watch& watch);

}  // namespace billing::server

#endif  // BILLING_SERVER_WATCH_LOOK_H_
