// The caller's place in a trace, from its `traceparent` header.
#ifndef BILLING_SERVER_CALLS_TRACE_PARENT_H_
#define BILLING_SERVER_CALLS_TRACE_PARENT_H_

#include <string>

#include "server/caller.h"

namespace billing::server {

// The header as it is given; empty unless it is there once and well formed: version,
// trace id, parent id and flags, lower-case hexadecimal, neither id all zeros. Kept in the
// log for good, so nothing else is let in. Source: W3C Trace Context, §3.2.
//
// The ids may by chance be nothing but digits, a card number's even. They are kept all the
// same: like a UUID, an id of this form is typed, its digits are no card number's, and a
// rule would only lose the traces of callers that did nothing wrong.
std::string TraceParentIn(const CallMetadata& metadata);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_TRACE_PARENT_H_
