#include "projections/fold/effects.h"
#include "projections/fold/ids_in.h"
#include "projections/fold/transfers.h"
#include "projections/state/keys.h"
#include "projections/state/row_codec.h"

namespace billing::projections {

void Effects::On(const billing::v1::TransferSent& fact) {
  const auto id = NewIdIn<kernel::TransferId>(fact.transfer().name());
  const transfer::TransferState state = SentBy(fact, position_, now_);
  rows_.Put(keys::Transfer(number_, id.value()), Encode(state));
  rows_.Put(keys::ReceivedTransfer(state.to_account.value(), number_, id.value()), "");
  rows_.Put(keys::Deadline({state.expire_time, number_, kernel::Relative(id)}), "");
  Note(state.subscription, [&id](subscription::SubscriptionState& subscription) {
    subscription.pending_transfer = id;
  });
}

void Effects::EndTransfer() {
  const auto end = EndIn(record_.event());
  // The receiving account's record of an end: only the sender's has the transfer.
  if (!end) return;
  const auto id = IdIn<kernel::TransferId>(end->transfer);
  auto state = states_.Transfer(number_, id);
  if (!state) return Contradict("names a transfer that no record made");
  state->state = end->state;
  state->etag = position_;
  rows_.Put(keys::Transfer(number_, id.value()), Encode(*state));
  rows_.Delete(keys::Deadline({state->expire_time, number_, kernel::Relative(id)}));
  Note(state->subscription, [&id](subscription::SubscriptionState& subscription) {
    // It may have been offered again since this offer lapsed.
    if (subscription.pending_transfer == id) subscription.pending_transfer.reset();
  });
}

// In the receiving account: a new subscription.
void Effects::On(const billing::v1::SubscriptionTransferredIn& fact) {
  Open(fact.subscription());
  const auto transfer = kernel::ParseName(fact.transfer());
  if (!transfer) return Contradict("is about a transfer without its full name");
  const auto receiver = states_.Account(number_);
  const auto sender = states_.FindAccount(transfer->account);
  if (!receiver || !sender) {
    return Contradict("is about a transfer between accounts that no record created");
  }
  rows_.Put(keys::ReceivedTransfer(receiver->id.value(), *sender, transfer->id),
            kernel::IdOf(fact.subscription().name()));
}

// In the sender's account.
void Effects::On(const billing::v1::SubscriptionTransferredOut& fact) {
  Change(fact.subscription(), [](subscription::SubscriptionState& state) {
    state.state = billing::v1::SUBSCRIPTION_STATE_TRANSFERRED;
    state.card.reset();
  });
  EndTransfer();
}

void Effects::On(const billing::v1::TransferDeclined&) { EndTransfer(); }

void Effects::On(const billing::v1::TransferCancelled&) { EndTransfer(); }

void Effects::On(const billing::v1::TransferExpired&) { EndTransfer(); }

}  // namespace billing::projections
