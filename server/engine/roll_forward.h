// Folding the records of a log into stored rows.
#ifndef BILLING_SERVER_ENGINE_ROLL_FORWARD_H_
#define BILLING_SERVER_ENGINE_ROLL_FORWARD_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "eventstore/event_log.h"
#include "projections/follow/follower.h"
#include "projections/rows/row_store.h"

namespace billing::server {

// Takes a follower, and the rows that it stands on, further along the log. One thread; log,
// follower and rows outlive it.
class RollForward {
 public:
  // Records read at a time, and folded between two publishes.
  static constexpr size_t kRecordsPerStep = 1'024;

  // REQUIRES: the rows are published at the follower's position.
  RollForward(const eventstore::EventLog& log, projections::Follower& follower,
              projections::RowStore& rows)
      : log_(log), follower_(follower), rows_(rows) {}

  // Folds the next records, kRecordsPerStep of them or up to position `until`, and publishes
  // behind the last whole command of about as many, or of all when that ends at `until`: so
  // memory stays bounded. DataLoss when the log does not go on; then follower and rows are
  // of no further use.
  // REQUIRES: the follower's position < until <= the log's head.
  absl::Status Step(uint64_t until);

 private:
  const eventstore::EventLog& log_;
  projections::Follower& follower_;
  projections::RowStore& rows_;
  size_t unpublished_ = 0;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_ROLL_FORWARD_H_
