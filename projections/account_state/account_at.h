// Reads the state of an account at a position out of a log, by the account's history index.
#ifndef BILLING_PROJECTIONS_ACCOUNT_STATE_ACCOUNT_AT_H_
#define BILLING_PROJECTIONS_ACCOUNT_STATE_ACCOUNT_AT_H_

#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "eventstore/event_log.h"
#include "projections/account_state/account_state.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

// Gives rows that hold the history indexes of at least the position that is asked for. Asked
// for every run of records anew, so that none are held for long.
using GetRows = absl::FunctionRef<std::shared_ptr<const RowReader>()>;

// The account behind record `position` of the log, received transfers included. `stop` is
// asked before every run; true ends the reading.
//   Cancelled  `stop` said so
//   else       a record or a row cannot be read
// REQUIRES: the account's number is at most `position`, and that at most the log's head.
absl::StatusOr<AccountState> AccountAt(const eventstore::EventLog& log, GetRows get_rows,
                                       AccountNumber number, uint64_t position,
                                       absl::FunctionRef<bool()> stop);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ACCOUNT_STATE_ACCOUNT_AT_H_
