// How reads wait for their min_position: without a thread.
#ifndef BILLING_SERVER_CALLS_AWAIT_POSITION_H_
#define BILLING_SERVER_CALLS_AWAIT_POSITION_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "server/calls/call_parts.h"
#include "server/rpc/call_loop.h"
#include "server/status.h"

namespace billing::server {

// Calls `done` once, on the loop's thread: with nothing as soon as the position is published (from
// within when it is), with what to answer when it is not in time. `remaining_us` is what is left
// of the caller's deadline. The loop does not end before, also when the call does. `done` must not
// block. REQUIRES: it is called on the loop's thread, for a call that has not ended.
void AwaitPosition(const CallParts& parts, CallLoop& loop, int64_t remaining_us,
                   uint64_t min_position, std::function<void(std::optional<Problem>)> done);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_AWAIT_POSITION_H_
