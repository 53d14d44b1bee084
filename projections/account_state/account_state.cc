#include "projections/account_state/account_state.h"

#include <cassert>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"
#include "projections/fold/fold.h"
#include "projections/fold/transfers.h"
#include "projections/state/keys.h"

namespace billing::projections {

absl::Status AccountState::Take(const storage::v1::Record& record,
                                const storage::v1::Record& command, FindAccount find_account) {
  assert(record.account() == number_);
  if (absl::Status status = NoteReceived(record.event(), find_account); !status.ok()) {
    return status;
  }
  return ApplyToState(record, command, rows_);
}

// What the fold needs to know of the sender when this account ends its transfer.
absl::Status AccountState::NoteReceived(const billing::v1::Event& fact, FindAccount find_account) {
  std::optional<kernel::ResourceName> transfer;
  if (fact.has_subscription_transferred_in()) {
    transfer = kernel::ParseName(fact.subscription_transferred_in().transfer());
  } else if (fact.has_transfer_declined()) {
    // A full name: this account declined. A relative one: this account is the sender.
    transfer = kernel::ParseName(fact.transfer_declined().transfer());
  }
  if (!transfer) return absl::OkStatus();
  const auto sender = find_account(transfer->account);
  if (!sender) {
    return absl::DataLossError(absl::StrCat("the record at position ", fact.position(),
                                            " is about a transfer of an account that no record "
                                            "created: ",
                                            transfer->account.value()));
  }
  senders_.emplace(*sender, transfer->account);
  rows_.Put(keys::AccountById(transfer->account.value()), keys::NumberValue(*sender));
  const auto own = states().Account(number_);
  if (!own) {
    return absl::DataLossError(absl::StrCat("the record at position ", fact.position(),
                                            " is about an account that no record created"));
  }
  rows_.Put(keys::ReceivedTransfer(own->id.value(), *sender, transfer->id), "");
  return absl::OkStatus();
}

std::vector<AccountState::Received> AccountState::ReceivedTransfers() const {
  std::vector<Received> received;
  if (senders_.empty()) return received;
  const auto own = states().Account(number_);
  for (auto& row : states().ReceivedTransfers(own->id, nullptr, SIZE_MAX)) {
    received.push_back({.sender = row.sender,
                        .sender_id = senders_.at(row.sender),
                        .transfer = std::move(row.transfer),
                        .to_subscription = std::move(row.to_subscription)});
  }
  return received;
}

void AccountState::TakeOfSender(const storage::v1::Record& record,
                                const storage::v1::Record& command) {
  const billing::v1::Event& fact = record.event();
  const auto key = [&](std::string_view name) {
    return std::pair(record.account(),
                     kernel::TransferId::FromStored(std::string(kernel::IdOf(name))));
  };
  if (fact.has_transfer_sent()) {
    received_.insert_or_assign(key(fact.transfer_sent().transfer().name()),
                               SentBy(fact.transfer_sent(), fact.position(),
                                      kernel::Instant{command.command().commit_time_us()}));
    return;
  }
  const auto end = EndIn(fact);
  if (!end) return;
  const auto found = received_.find(key(end->transfer));
  if (found == received_.end()) return;
  found->second.state = end->state;
  found->second.etag = fact.position();
}

std::optional<transfer::TransferState> AccountState::ReceivedState(const Received& received) const {
  const auto found = received_.find({received.sender, received.transfer});
  if (found == received_.end()) return std::nullopt;
  return found->second;
}

}  // namespace billing::projections
