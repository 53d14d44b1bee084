// Turns a decision into the records of one command: drafted (projections/recording), sealed,
// salted, encoded, folded into the rows, with the answer that the caller gets.
#ifndef BILLING_SERVER_ENGINE_RECORDER_H_
#define BILLING_SERVER_ENGINE_RECORDER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/request/request.h"
#include "billing/storage/v1/record.pb.h"
#include "eventstore/vault/vault.h"
#include "projections/follow/follower.h"
#include "projections/keyvalue/key_value.h"
#include "projections/recording/draft.h"
#include "server/engine/random_bytes.h"

namespace billing::server {

struct RecordedCommand {
  // Exactly what is appended, in order.
  std::vector<std::string> records;
  // For facts and NothingToChange; null for a refusal.
  std::unique_ptr<storage::v1::Answer> answer;
  // For a refusal: the fact as recorded.
  billing::v1::CommandRefused refusal;
  // The account of the command's stream.
  std::string account_id;
};

class Recorder {
 public:
  // `vault` seals; null: personal fields stay out and nothing can be appended, which is
  // how `validate_only` learns what the answer would be.
  explicit Recorder(eventstore::Vault* vault) : vault_(vault) {}

  // Builds the records for `decision` after `follower`'s position, folds them through
  // `follower` into `rows`. REQUIRES: a refusal is a recorded one (kernel::IsRecorded).
  // On failure nothing may be appended: the follower stands where it stood, and `rows`, which may
  // be half changed, are of no further use. Aborted: the keys cannot be written any more, as
  // Vault::Prepare says.
  absl::StatusOr<RecordedCommand> Record(const projections::JudgedCommand& command,
                                         kernel::Decision decision, projections::Follower& follower,
                                         projections::RowWriter& rows);

 private:
  absl::Status Seal(const request::Personal& personal, projections::Draft& draft);
  absl::Status AddDigests(const request::Request& request, projections::Draft& draft);
  absl::StatusOr<std::vector<std::string>> Serialize(projections::Draft& draft);
  // Record, but a failure leaves the follower wherever it came.
  absl::StatusOr<RecordedCommand> Keep(const projections::JudgedCommand& command,
                                       projections::Draft& draft, projections::Follower& follower,
                                       projections::RowWriter& rows);

  eventstore::Vault* vault_;
  RandomBytes random_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_RECORDER_H_
