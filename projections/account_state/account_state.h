// One account as it was behind some record: its own records folded up to there, and the
// parts that readers see. By the same fold as the live read models, in rows of its own.
#ifndef BILLING_PROJECTIONS_ACCOUNT_STATE_ACCOUNT_STATE_H_
#define BILLING_PROJECTIONS_ACCOUNT_STATE_ACCOUNT_STATE_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"
#include "aggregates/transfer/transfer.h"
#include "billing/storage/v1/record.pb.h"
#include "billing/v1/history_service.pb.h"
#include "projections/keyvalue/key_value.h"
#include "projections/state/state_reader.h"

namespace billing::projections {

// Not thread-safe.
class AccountState {
 public:
  // Gives an account's number by its id; nothing for one that no record created.
  using FindAccount = absl::FunctionRef<std::optional<AccountNumber>(const kernel::AccountId&)>;

  explicit AccountState(AccountNumber number) : number_(number) {}

  // Takes the account's next record; `command` is the first record of the same command (the
  // record itself when its index is 0), of which what SharedOf keeps is enough.
  // REQUIRES: all of the account's records up to the last one taken, in log order.
  // DataLoss: the record cannot follow those before it; the state is of no further use.
  absl::Status Take(const storage::v1::Record& record, const storage::v1::Record& command,
                    FindAccount find_account);

  // A transfer that another account sent to this one and that was accepted or declined here,
  // by the sender (the older account first) and id.
  struct Received {
    AccountNumber sender;
    kernel::AccountId sender_id;
    kernel::TransferId transfer;
    // What it became; nothing when it was declined.
    std::optional<kernel::SubscriptionId> to_subscription;
  };
  std::vector<Received> ReceivedTransfers() const;
  // Takes a record of such a sender that concerns the transfer (its subject), in log order,
  // from the first to the position that the state is of. Whatever it does not need it ignores.
  void TakeOfSender(const storage::v1::Record& record, const storage::v1::Record& command);
  // Nothing until the sender's records say it.
  std::optional<transfer::TransferState> ReceivedState(const Received& received) const;

  AccountNumber number() const { return number_; }
  // The account's states behind the last record taken; valid as long as this lives. They
  // have no history indexes, and nothing of other accounts.
  StateReader states() const { return StateReader(rows_); }

 private:
  absl::Status NoteReceived(const billing::v1::Event& fact, FindAccount find_account);

  AccountNumber number_;
  MapRows rows_;
  std::map<AccountNumber, kernel::AccountId> senders_;
  std::map<std::pair<AccountNumber, kernel::TransferId>, transfer::TransferState> received_;
};

// A part of an account's state as a resource.
struct AccountPart {
  // Without `position`; names relative to `owner` (projections/history expands them), vault
  // secrets and banks' codes in clear, personal fields empty.
  billing::v1::GetAccountStateResponse message;
  // A card's sealed personal fields.
  storage::v1::SealedFields personal = {};
  // The account whose resource it is: of a received transfer its sender.
  kernel::AccountId owner;
};

// Gives the parts of a state one by one: the account, its cards, subscriptions, billing
// profiles, charges and transfers, each by id, then the received transfers. Costs a few
// microseconds and no memory per part. Not thread-safe.
class AccountParts {
 public:
  // Derived fields are as of `now`. `state` outlives this and takes nothing meanwhile.
  // REQUIRES: it took the record that created the account.
  AccountParts(const AccountState& state, kernel::Instant now);

  // Nothing at the end. DataLoss: a received transfer that no record of its sender told.
  absl::StatusOr<std::optional<AccountPart>> Next();

 private:
  std::optional<AccountPart> NextOwn();
  absl::StatusOr<std::optional<AccountPart>> NextReceived();
  AccountPart Account();

  const AccountState& state_;
  const StateReader states_;
  const account::AccountState account_;
  const kernel::Instant now_;
  enum class Kind {
    kAccount,
    kCard,
    kSubscription,
    kBillingProfile,
    kCharge,
    kTransfer,
    kReceived
  };
  Kind kind_ = Kind::kAccount;
  // The id of the last part of this kind; empty before the first.
  std::string last_;
  std::vector<AccountState::Received> received_;
  size_t next_received_ = 0;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ACCOUNT_STATE_ACCOUNT_STATE_H_
