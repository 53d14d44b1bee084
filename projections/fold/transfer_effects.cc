#include <cassert>

#include "projections/fold/effects.h"
#include "projections/fold/ids_in.h"
#include "projections/state/keys.h"
#include "projections/state/row_codec.h"

namespace billing::projections {

void Effects::On(const billing::v1::TransferSent& fact) {
  const auto& message = fact.transfer();
  const auto id = IdIn<kernel::TransferId>(message.name());
  const transfer::TransferState state{
      .subscription = IdIn<kernel::SubscriptionId>(message.subscription()),
      .to_account = IdIn<kernel::AccountId>(message.to_billing_account()),
      .state = billing::v1::TRANSFER_STATE_PENDING,
      .send_time = now_,
      .expire_time = transfer::ExpireTimeOf(now_),
      .etag = position_};
  rows_.Put(keys::Transfer(number_, id.value()), Encode(state));
  rows_.Put(keys::ReceivedTransfer(state.to_account.value(), number_, id.value()), "");
  rows_.Put(keys::Deadline({state.expire_time, number_, kernel::Relative(id)}), "");
  Note(state.subscription, [&id](subscription::SubscriptionState& subscription) {
    subscription.pending_transfer = id;
  });
}

void Effects::EndTransfer(std::string_view relative_name, billing::v1::TransferState end) {
  const auto id = IdIn<kernel::TransferId>(relative_name);
  auto state = states_.Transfer(number_, id);
  if (!state) {
    assert(!rows_.status().ok() && "a fact names a transfer that no record made");
    return;
  }
  state->state = end;
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
  assert(transfer && "a fact of a transfer that has no full name");
  const auto receiver = states_.Account(number_);
  const auto sender = states_.FindAccount(transfer->account);
  if (!receiver || !sender) {
    assert(!rows_.status().ok() && "a transfer between accounts that no record created");
    return;
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
  EndTransfer(fact.transfer(), billing::v1::TRANSFER_STATE_ACCEPTED);
}

// In both: only the sender's has the transfer.
void Effects::On(const billing::v1::TransferDeclined& fact) {
  if (kernel::IsFullName(fact.transfer())) return;
  EndTransfer(fact.transfer(), billing::v1::TRANSFER_STATE_DECLINED);
}

void Effects::On(const billing::v1::TransferCancelled& fact) {
  EndTransfer(fact.transfer(), billing::v1::TRANSFER_STATE_CANCELLED);
}

void Effects::On(const billing::v1::TransferExpired& fact) {
  EndTransfer(fact.transfer(), billing::v1::TRANSFER_STATE_EXPIRED);
}

}  // namespace billing::projections
