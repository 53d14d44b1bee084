// The caller's place in a trace, from its `traceparent` header.
#ifndef BILLING_SERVER_CALLS_TRACE_PARENT_H_
#define BILLING_SERVER_CALLS_TRACE_PARENT_H_

#include <string>

#include "server/caller.h"

namespace billing::server {

// The header as it is given; empty unless it is there once and kernel::IsTraceParent. Kept in
// the log and in log lines for good, so nothing else is let in, and no card number.
std::string TraceParentIn(const CallMetadata& metadata);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_TRACE_PARENT_H_
