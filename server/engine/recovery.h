// Start: compares log, anchor and views, and brings the views up to the log's head.
#ifndef BILLING_SERVER_ENGINE_RECOVERY_H_
#define BILLING_SERVER_ENGINE_RECOVERY_H_

#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/integrity/anchor.h"
#include "eventstore/vault/vault.h"
#include "projections/follow/follower.h"
#include "projections/rows/row_store.h"
#include "server/engine/engine.h"

namespace billing::server {

// Compares the log with what the anchor saw of it. An anchor that says nothing fits a log
// without records only. DataLoss as for Recover.
absl::Status CheckAnchor(const eventstore::EventLog& log, const eventstore::Anchor& anchor);

// Compares the log with the mark of stored rows, of any version of the fold; empty: there
// are none. DataLoss as for Recover, or the mark cannot be read.
absl::Status CheckViews(const eventstore::EventLog& log, std::string_view mark);

// The follower that stands where stored rows do, by their mark; empty: at the start.
// DataLoss as for CheckViews.
absl::StatusOr<projections::Follower> FollowerAt(const eventstore::EventLog& log,
                                                 std::string_view mark);

// The rows at the log's head, published, and the follower that goes on from there.
//   DataLoss  the log is not the one that anchor, views and keys know, or lacks positions
//             that they saw, or keys that it has taken are missing; the message names them
//   Cancelled `stop_requested`, asked before each read of the log, said so; null: never.
//             The rows are whole, and further than they were
//   ResourceExhausted  the rows are too far behind to be kept in memory, and there is no
//             disk space for them
absl::StatusOr<projections::Follower> Recover(const eventstore::EventLog& log,
                                              const eventstore::Anchor& anchor,
                                              const eventstore::Vault& vault,
                                              projections::RowStore& rows,
                                              const std::function<bool()>& stop_requested);

// What the anchor file says of a log that has come this far.
eventstore::AnchorState AnchorStateOf(const projections::Follower& follower, int64_t time_us);

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_RECOVERY_H_
