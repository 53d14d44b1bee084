// What judging a command to record it and judging it to validate it have in common.
#ifndef BILLING_SERVER_ENGINE_JUDGING_H_
#define BILLING_SERVER_ENGINE_JUDGING_H_

#include <cstdint>

#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/request/request.h"
#include "projections/state/state_reader.h"
#include "server/engine/engine.h"

namespace billing::server {

kernel::Context ContextOf(const request::Request& request, const kernel::Caller& caller,
                          kernel::Instant now);

// A refusal that leaves no record, judged at `position` by `states`.
Refused Unrecorded(const request::Request& request, const kernel::Refusal& refusal,
                   const projections::StateReader& states, uint64_t position);

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_JUDGING_H_
