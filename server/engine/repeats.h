// Answers to repeated request ids: the first answer, read from the log.
#ifndef BILLING_SERVER_ENGINE_REPEATS_H_
#define BILLING_SERVER_ENGINE_REPEATS_H_

#include "aggregates/kernel/context.h"
#include "eventstore/event_log.h"
#include "eventstore/vault/vault.h"
#include "projections/state/state_reader.h"
#include "server/engine/engine.h"

namespace billing::server {

// The answer of the command whose first record is at `position`, when `request` is the
// same request; else kRequestIdReused. `states` are any at or after that command; by them the
// caller, who is the one who gave it, is shown the answer.
Outcome FirstAnswer(const eventstore::EventLog& log, const eventstore::Vault& vault,
                    const projections::StateReader& states, const request::Request& request,
                    const kernel::Caller& caller, eventstore::Position position);

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_REPEATS_H_
