// Judges recorded commands again, each at its own position, and demands the same records.
//
// Bytes are demanded, not meanings: the draft of projections/recording, to which only what
// no log can tell is added from the record (sealed fields, their digests, salts, the paths of
// fields never kept), must be what was recorded, byte for byte.
#ifndef BILLING_TOOLS_REPLAY_JUDGING_AGAIN_H_
#define BILLING_TOOLS_REPLAY_JUDGING_AGAIN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "aggregates/kernel/decision.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/follow/follower.h"
#include "projections/keyvalue/key_value.h"
#include "tools/replay/command_reading.h"
#include "tools/replay/finding.h"
#include "tools/replay/recorded.h"

namespace billing::replay {

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

  // Folds what was recorded, whatever the rules say; finds only what cannot be folded.
  std::optional<Finding> FoldUnjudged(const Recorded& recorded);

  const projections::Follower& follower() const { return follower_; }
  // Of an account that was folded; empty for any other.
  const std::string& AccountId(uint64_t number) const;

 private:
  void NoteAccount(const storage::v1::Record& record);

  projections::Follower follower_;
  projections::RowWriter& rows_;
  // By number, the ids of all accounts: every command names its own.
  absl::flat_hash_map<uint64_t, std::string> account_ids_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_JUDGING_AGAIN_H_
