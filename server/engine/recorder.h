// Turns a decision into the records of one command: sealed, salted, encoded, folded into
// the rows, with the answer that the caller gets.
#ifndef BILLING_SERVER_ENGINE_RECORDER_H_
#define BILLING_SERVER_ENGINE_RECORDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/request/request.h"
#include "billing/storage/v1/record.pb.h"
#include "eventstore/vault/vault.h"
#include "projections/follow/follower.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"
#include "server/engine/random_bytes.h"

namespace billing::server {

struct RecordedCommand {
  // Exactly what is appended, in order.
  std::vector<std::string> records;
  // For facts and NothingToChange; empty for a refusal.
  storage::v1::Answer answer;
  // For a refusal: the fact as recorded.
  billing::v1::CommandRefused refusal;
  // The account of the command's stream.
  std::string account_id;
};

// One command that was judged.
struct JudgedCommand {
  const request::Request& request;
  const kernel::Context& context;
  const std::string& trace_parent;
};

class Recorder {
 public:
  // `vault` seals; null: personal fields stay out and nothing can be appended, which is
  // how `validate_only` learns what the answer would be.
  explicit Recorder(eventstore::Vault* vault) : vault_(vault) {}

  // Builds the records for `decision` after `follower`'s position, folds them through
  // `follower` into `rows`. REQUIRES: a refusal is a recorded one (kernel::IsRecorded).
  // On failure nothing may be appended; the follower stands where it stood, or else it and
  // the rows are half changed and of no further use.
  absl::StatusOr<RecordedCommand> Record(const JudgedCommand& command, kernel::Decision decision,
                                         projections::Follower& follower,
                                         projections::RowWriter& rows);

 private:
  struct Draft;
  // Makes the records of the events: each in its stream, at its position and revision.
  void Place(uint64_t first_position, const projections::StateReader& states, kernel::Facts& events,
             Draft& draft);
  absl::Status FindAccountAndKeys(const JudgedCommand& command,
                                  const projections::StateReader& states, uint64_t next_slot,
                                  Draft& draft);
  absl::Status Seal(const JudgedCommand& command, Draft& draft);
  absl::Status AddDigests(const JudgedCommand& command, Draft& draft);
  absl::Status Finish(const JudgedCommand& command, bool refused,
                      const projections::StateReader& states, Draft& draft,
                      RecordedCommand& recorded);

  eventstore::Vault* vault_;
  RandomBytes random_;
};

// The fact that records a refusal; blockers without remedies, which follow from their
// types.
billing::v1::CommandRefused RefusedFact(const request::Request& request,
                                        const kernel::Refusal& refusal);

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_RECORDER_H_
