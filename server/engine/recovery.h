// Start: compares log, anchor and views, and brings the views up to the log's head.
#ifndef BILLING_SERVER_ENGINE_RECOVERY_H_
#define BILLING_SERVER_ENGINE_RECOVERY_H_

#include "absl/status/statusor.h"
#include "eventstore/integrity/anchor.h"
#include "projections/follow/follower.h"
#include "projections/rows/row_store.h"
#include "server/engine/engine.h"

namespace billing::server {

// The rows at the log's head, published, and the follower that goes on from there.
//   DataLoss  the log is not the one that anchor and views know, or lacks positions that
//             they saw; the message names them
//   ResourceExhausted  the rows are too far behind to be kept in memory, and there is no
//             disk space for them
absl::StatusOr<projections::Follower> Recover(const eventstore::EventLog& log,
                                              const eventstore::Anchor& anchor,
                                              projections::RowStore& rows);

// What the anchor file says of a log that has come this far.
eventstore::AnchorState AnchorStateOf(const projections::Follower& follower, int64_t time_us);

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_RECOVERY_H_
