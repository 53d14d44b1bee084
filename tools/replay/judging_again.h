// Judges recorded commands again, each at its own position, and demands the same records.
//
// Bytes are demanded, not meanings: the draft of projections/recording, to which only what
// no log can tell is added from the record (sealed fields, their digests, salts, the paths of
// fields never kept), must be what was recorded, byte for byte.
#ifndef BILLING_TOOLS_REPLAY_JUDGING_AGAIN_H_
#define BILLING_TOOLS_REPLAY_JUDGING_AGAIN_H_

#include <optional>
#include <string>
#include <vector>

#include "aggregates/kernel/decision.h"
#include "billing/storage/v1/record.pb.h"
#include "eventstore/integrity/merkle.h"
#include "projections/follow/follower.h"
#include "projections/keyvalue/key_value.h"
#include "projections/recording/draft.h"
#include "tools/replay/command_reading.h"
#include "tools/replay/finding.h"

namespace billing::replay {

// All records of one command, well formed, in order.
struct Recorded {
  std::vector<storage::v1::Record> records;
  std::vector<std::string> bytes;
  std::vector<eventstore::Hash> leaves;

  uint64_t first_position() const { return records.front().event().position(); }
};

// What judging came to before the command was folded, for whoever looks on.
struct Judged {
  const GivenCommand& given;
  const kernel::Decision& decision;
};

class JudgingAgain {
 public:
  // Rows of the empty log; they outlive it.
  JudgingAgain(std::string log_id, projections::RowWriter& rows)
      : follower_(std::move(log_id)), rows_(rows) {}

  // What the next command was, and what the rules say of it by all that came before.
  // REQUIRES: nothing was wrong before.
  std::variant<GivenCommand, Finding> Read(const Recorded& recorded) const;
  kernel::Decision Judge(const GivenCommand& given) const;
  // Demands that this was recorded, and folds it.
  std::optional<Finding> Fold(const Recorded& recorded, const GivenCommand& given,
                              kernel::Decision decision);

  // Folds what was recorded, whatever the rules say.
  void FoldUnjudged(const Recorded& recorded);

  const projections::Follower& follower() const { return follower_; }

 private:
  projections::Follower follower_;
  projections::RowWriter& rows_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_JUDGING_AGAIN_H_
