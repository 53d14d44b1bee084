// What judging a command to record it, judging it to validate it and answering a repeat have in
// common.
#ifndef BILLING_SERVER_ENGINE_JUDGING_H_
#define BILLING_SERVER_ENGINE_JUDGING_H_

#include <cstdint>

#include "aggregates/judge/judge.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/request/request.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/state/state_reader.h"
#include "server/engine/engine.h"

namespace billing::server {

kernel::Context ContextOf(const request::Request& request, const kernel::Caller& caller,
                          kernel::Instant now);

// A refusal that leaves no record, judged at `position` by `states`.
Refused Unrecorded(const request::Request& request, const kernel::Refusal& refusal,
                   const projections::StateReader& states, uint64_t position);

// Puts the personal fields that the request itself gave into the answer's card, in
// clear: no need to open what was just sealed. Never stored.
void ShowPersonal(const request::Request& request, storage::v1::Answer& answer);

// Accepted::sight by `states`, which are those after the command or later ones. Reads rows.
judge::Sight SightFor(const kernel::Caller& caller, const Accepted& accepted,
                      const projections::StateReader& states);

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_JUDGING_H_
