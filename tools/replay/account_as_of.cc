#include "tools/replay/account_as_of.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"
#include "projections/fold/fold.h"
#include "projections/history/history.h"
#include "projections/state/state_reader.h"

namespace billing::replay {
namespace {

using billing::v1::GetAccountStateResponse;
using projections::StateReader;

// A sent transfer that was accepted: what it became, as the receiving account's rows tell.
void TellWhatItBecame(billing::v1::Transfer& transfer, projections::AccountNumber sender,
                      const StateReader& states) {
  const bool is_known = !transfer.to_subscription().empty();
  if (transfer.state() != billing::v1::TRANSFER_STATE_ACCEPTED || is_known) return;
  const auto receiver =
      kernel::AccountId::FromStored(std::string(kernel::IdOf(transfer.to_billing_account())));
  const auto row = states.Received(
      receiver, sender, kernel::TransferId::FromStored(std::string(kernel::IdOf(transfer.name()))));
  if (!row || !row->to_subscription) return;
  transfer.set_to_subscription(
      kernel::FullName(receiver.value(), kernel::Relative(*row->to_subscription)));
}

}  // namespace

bool AccountAsOf::Take(const Recorded& recorded, const projections::RowReader& rows) {
  const kernel::Instant time{recorded.first().command().commit_time_us()};
  if (time > at_.time) return false;
  commit_time_ = time;
  for (const storage::v1::Record* record : recorded.records()) {
    if (record->event().position() > at_.position) return false;
    position_ = record->event().position();
    status_ = TakeRecord(*record, recorded.first(), rows);
    if (!status_.ok()) return false;
  }
  return position_ < at_.position;
}

absl::Status AccountAsOf::TakeRecord(const storage::v1::Record& record,
                                     const storage::v1::Record& command,
                                     const projections::RowReader& rows) {
  const StateReader states(rows);
  const bool opens_it =
      record.event().has_billing_account_created() &&
      states.FindAccount(kernel::AccountId::FromStored(account_id_)) == record.account();
  if (opens_it) state_.emplace(record.account());
  if (state_ && record.account() == state_->number()) {
    return state_->Take(record, command,
                        [&states](const kernel::AccountId& id) { return states.FindAccount(id); });
  }
  KeepOfSender(record, command);
  return absl::OkStatus();
}

void AccountAsOf::KeepOfSender(const storage::v1::Record& record,
                               const storage::v1::Record& command) {
  const billing::v1::Event& event = record.event();
  if (event.has_transfer_sent()) {
    const billing::v1::Transfer& transfer = event.transfer_sent().transfer();
    if (kernel::IdOf(transfer.to_billing_account()) != account_id_) return;
    offers_.emplace(record.account(), transfer.name());
  } else {
    const auto offer = offers_.lower_bound({record.account(), ""});
    if (offer == offers_.end() || offer->first != record.account()) return;
    const auto subjects = projections::SubjectsOf(event, "");
    const bool concerns_one = std::ranges::any_of(subjects, [&](const std::string& subject) {
      return offers_.contains({record.account(), subject});
    });
    if (!concerns_one) return;
  }
  of_senders_.push_back({record, projections::SharedOf(command)});
}

absl::Status AccountAsOf::Show(kernel::Instant now, const projections::RowReader& rows,
                               absl::FunctionRef<void(const GetAccountStateResponse&)> show) {
  std::set<projections::AccountNumber> senders;
  for (const auto& received : state_->ReceivedTransfers()) senders.insert(received.sender);
  for (const Kept& kept : of_senders_) {
    if (senders.contains(kept.record.account())) state_->TakeOfSender(kept.record, kept.command);
  }
  projections::AccountParts parts(*state_, now);
  for (;;) {
    auto part = parts.Next();
    if (!part.ok()) return part.status();
    if (!*part) return absl::OkStatus();
    GetAccountStateResponse& message = (*part)->message;
    message.set_position(position_);
    if (message.has_card()) {
      message.mutable_card()->clear_token();
      message.mutable_card()->clear_fingerprint();
    }
    if (message.has_transfer()) {
      TellWhatItBecame(*message.mutable_transfer(), state_->number(), StateReader(rows));
    }
    projections::ExpandNames(message, (*part)->owner.value());
    show(message);
  }
}

}  // namespace billing::replay
