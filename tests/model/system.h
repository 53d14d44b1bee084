// The code under test, in process: judge, recorder, fold, rows in memory, and a real vault.
// No network, no disk but the vault's, no threads.
#ifndef BILLING_TESTS_MODEL_SYSTEM_H_
#define BILLING_TESTS_MODEL_SYSTEM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/request/request.h"
#include "billing/storage/v1/record.pb.h"
#include "eventstore/vault/vault.h"
#include "projections/follow/follower.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"
#include "server/engine/recorder.h"

namespace billing::model {

class System {
 public:
  // `vault` outlives the system.
  explicit System(eventstore::Vault* vault) : recorder_(vault) {}

  kernel::Decision Judge(const request::Request& request, const kernel::Context& context) const;
  // Appends the command's records and folds them. REQUIRES: the decision is a recorded one.
  absl::Status Record(const request::Request& request, const kernel::Context& context,
                      kernel::Decision decision);

  projections::StateReader states() const { return projections::StateReader(rows_); }
  uint64_t head() const { return follower_.position(); }
  // Of the command recorded last; that of a refusal is empty.
  const storage::v1::Answer& answer() const {
    return last_.answer == nullptr ? storage::v1::Answer::default_instance() : *last_.answer;
  }
  const std::vector<std::string>& last_records() const { return last_.records; }
  // Every record from the start.
  const std::vector<std::string>& log() const { return log_; }
  const std::string& log_id() const { return follower_.log_id(); }
  // Empty when a fold of the log's bytes from the start gives these very rows.
  std::string FoldAgain() const;

 private:
  server::Recorder recorder_;
  projections::Follower follower_{std::string(32, '0')};
  projections::MapRows rows_;
  std::vector<std::string> log_;
  server::RecordedCommand last_;
};

}  // namespace billing::model

#endif  // BILLING_TESTS_MODEL_SYSTEM_H_
