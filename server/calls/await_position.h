// How reads wait for their min_position: without a thread.
#ifndef BILLING_SERVER_CALLS_AWAIT_POSITION_H_
#define BILLING_SERVER_CALLS_AWAIT_POSITION_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "server/calls/call_parts.h"
#include "server/status.h"

namespace billing::server {

// Calls `done` once: with nothing as soon as the position is published (at once when it is),
// with what to answer when it is not in time. `remaining_us` is what is left of the caller's
// deadline. From this thread or one of the engine's; must not block.
void AwaitPosition(const CallParts& parts, int64_t remaining_us, uint64_t min_position,
                   std::function<void(std::optional<Problem>)> done);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_AWAIT_POSITION_H_
