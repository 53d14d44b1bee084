// One account as a log left it at a position.
#ifndef BILLING_TOOLS_REPLAY_ACCOUNT_AS_OF_H_
#define BILLING_TOOLS_REPLAY_ACCOUNT_AS_OF_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "billing/storage/v1/record.pb.h"
#include "billing/v1/history_service.pb.h"
#include "projections/account_state/account_state.h"
#include "projections/keyvalue/key_value.h"
#include "tools/replay/recorded.h"

namespace billing::replay {

// Where a state is asked for: behind a position, or behind whatever was committed by a time.
struct StateAt {
  uint64_t position = UINT64_MAX;
  kernel::Instant time = {INT64_MAX};
};

class AccountAsOf {
 public:
  // `account_id`: bare.
  AccountAsOf(std::string account_id, StateAt at) : account_id_(std::move(account_id)), at_(at) {}

  // The next command of the log; `rows` are those that it left. False: it and all that follow
  // come later, or something cannot be read (status()).
  bool Take(const Recorded& recorded, const projections::RowReader& rows);
  const absl::Status& status() const { return status_; }

  // The record behind which it is, and when that was committed; 0: no record is so early.
  uint64_t position() const { return position_; }
  kernel::Instant commit_time() const { return commit_time_; }
  // Whether a record up to there opened it.
  bool is_there() const { return state_.has_value(); }
  // Its parts, one by one, with full names and without vault secrets and personal fields;
  // derived fields as of `now`. `rows` are those that the last command left. REQUIRES: it is
  // there.
  absl::Status Show(kernel::Instant now, const projections::RowReader& rows,
                    absl::FunctionRef<void(const billing::v1::GetAccountStateResponse&)> show);

 private:
  struct Kept {
    storage::v1::Record record;
    storage::v1::Record command;
  };
  absl::Status TakeRecord(const storage::v1::Record& record, const storage::v1::Record& command,
                          const projections::RowReader& rows);
  // Keeps what other accounts' records say of transfers that they sent to this one: which of
  // them it received is known only at the end.
  void KeepOfSender(const storage::v1::Record& record, const storage::v1::Record& command);

  const std::string account_id_;
  const StateAt at_;
  uint64_t position_ = 0;
  kernel::Instant commit_time_;
  absl::Status status_;
  std::optional<projections::AccountState> state_;
  // Sender's number, relative name.
  std::set<std::pair<projections::AccountNumber, std::string>> offers_;
  std::vector<Kept> of_senders_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_ACCOUNT_AS_OF_H_
