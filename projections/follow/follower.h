// Follows a log: folds its records into rows in order and keeps what the next record
// needs: how far it came, the tree, the data-key slots taken, the time.
#ifndef BILLING_PROJECTIONS_FOLLOW_FOLLOWER_H_
#define BILLING_PROJECTIONS_FOLLOW_FOLLOWER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "billing/storage/v1/record.pb.h"
#include "eventstore/event_log.h"
#include "eventstore/integrity/merkle.h"
#include "projections/keyvalue/key_value.h"
#include "projections/tree/growing_tree.h"

namespace billing::projections {

class Follower {
 public:
  // At the start of the log `log_id`.
  explicit Follower(std::string log_id) : log_id_(std::move(log_id)) {}

  // Where a mark says: what Mark() gave earlier. DataLoss when it is not a mark.
  static absl::StatusOr<Follower> At(std::string_view mark);
  // Behind record `position` of a log that only matters for what would come next: to
  // see what a command would do. It has no tree and gives no mark.
  static Follower Imagined(uint64_t position);
  // To be kept with the rows.
  std::string Mark() const;
  // Whether this program's fold wrote the rows that the mark is of.
  static bool IsOfThisFold(std::string_view mark);
  // The fold version in a mark; 0 when it is not a mark.
  static uint32_t FoldVersionOf(std::string_view mark);

  // Folds the next record as stored. DataLoss when it is not the next record of a
  // well-formed log; then the follower and the rows are of no further use.
  absl::Status Take(const eventstore::StoredRecord& stored, RowWriter& rows);
  // The same in two steps, for a writer that learns a record's bytes from what folding
  // it did: Fold every record of a command, then Grow by their leaf hashes, which puts
  // rows too: those of the tree.
  // REQUIRES: it is the next record; as many leaves as records.
  // Not OK as Apply says it; then the rows are of no further use, and the follower is unless it
  // goes back.
  absl::Status Fold(const storage::v1::Record& record, RowWriter& rows);
  void Grow(const eventstore::Hash& leaf, RowWriter& rows);

  // Where a command begins, for one that is folded and then not kept after all.
  struct Place {
    uint64_t position = 0;
    uint64_t key_slots = 0;
    int64_t commit_time_us = 0;
  };
  // REQUIRES: at_command_end.
  Place place() const { return {position_, key_slots_, commit_time_us_}; }
  // As if nothing had been folded since. REQUIRES: nothing has grown since.
  void GoBackTo(const Place& place);

  const std::string& log_id() const { return log_id_; }
  // Position of the last record folded.
  uint64_t position() const { return position_; }
  const eventstore::Hash& leaf() const { return leaf_; }
  eventstore::Hash root() const { return tree_.Root(); }
  uint64_t key_slots() const { return key_slots_; }
  int64_t commit_time_us() const { return commit_time_us_; }
  // No command is half taken.
  bool at_command_end() const { return records_left_ == 0; }

 private:
  absl::Status Check(const storage::v1::Record& record) const;

  std::string log_id_;
  uint64_t position_ = 0;
  GrowingTree tree_;
  eventstore::Hash leaf_{};
  uint64_t key_slots_ = 0;
  int64_t commit_time_us_ = 0;
  // Of the command being taken: how many of its records are to come, and, while there are
  // any, SharedOf its first one.
  uint32_t records_left_ = 0;
  storage::v1::Record command_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_FOLLOW_FOLLOWER_H_
