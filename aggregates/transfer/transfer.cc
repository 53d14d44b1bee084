#include "aggregates/transfer/transfer.h"

#include <cassert>
#include <utility>

namespace billing::transfer {
namespace {

using kernel::Decision;
using kernel::Facts;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

// Why nothing can be done with the offer any more.
std::optional<Refusal> NotPending(const TransferState& transfer, kernel::Instant now) {
  const v1::TransferState state = transfer.StateAt(now);
  if (state == v1::TRANSFER_STATE_EXPIRED) return Refusal{Reason::kTransferExpired};
  if (state != v1::TRANSFER_STATE_PENDING) return Refusal{Reason::kTransferNotPending};
  return std::nullopt;
}

std::string FullTransferName(const kernel::AccountId& sender, const kernel::TransferId& transfer) {
  return kernel::FullName(sender.value(), kernel::Relative(transfer));
}

// Once for the recipient and once for the sender.
Facts Declined(const EndTransfer& command, const TransferState& transfer) {
  Facts facts(2);
  facts[0].mutable_transfer_declined()->set_transfer(
      FullTransferName(command.account, command.transfer));
  facts[1].set_billing_account(kernel::AccountName(command.account.value()));
  v1::TransferDeclined& sent = *facts[1].mutable_transfer_declined();
  sent.set_transfer(kernel::Relative(command.transfer));
  sent.set_subscription(kernel::Relative(transfer.subscription));
  return facts;
}

// TransferCancelled and TransferExpired look alike.
template <class Fact>
void Name(const EndTransfer& command, const TransferState& transfer, Fact& fact) {
  fact.set_transfer(kernel::Relative(command.transfer));
  fact.set_subscription(kernel::Relative(transfer.subscription));
}

}  // namespace

v1::TransferState TransferState::StateAt(kernel::Instant now) const {
  const bool lapsed = state == v1::TRANSFER_STATE_PENDING && now >= expire_time;
  return lapsed ? v1::TRANSFER_STATE_EXPIRED : state;
}

Decision Decide(const SendTransfer& command, const Offer& offer) {
  if (offer.id_taken) {
    return Refusal{.reason = Reason::kTransferAlreadyExists,
                   .resources = {{"transfer", kernel::Relative(command.transfer)}}};
  }
  if (offer.subscription_state != v1::SUBSCRIPTION_STATE_ACTIVE) {
    return Refusal{Reason::kSubscriptionNotActive};
  }
  if (offer.already_pending) return Refusal{Reason::kTransferAlreadyPending};
  if (command.to_account == command.account) return Refusal{Reason::kTransferToSelf};

  v1::Event fact;
  v1::Transfer& transfer = *fact.mutable_transfer_sent()->mutable_transfer();
  transfer.set_name(kernel::Relative(command.transfer));
  transfer.set_subscription(kernel::Relative(command.subscription));
  transfer.set_to_billing_account(kernel::AccountName(command.to_account.value()));
  return kernel::FactsOf(std::move(fact));
}

Decision Decide(const EndTransfer& command, const TransferState& transfer, kernel::Instant now) {
  if (command.end == End::kExpire) {
    if (transfer.state == v1::TRANSFER_STATE_EXPIRED) return Refusal{Reason::kTransferExpired};
    if (transfer.state != v1::TRANSFER_STATE_PENDING) return Refusal{Reason::kTransferNotPending};
    if (now < transfer.expire_time) return NothingToChange{};
    Facts facts(1);
    Name(command, transfer, *facts[0].mutable_transfer_expired());
    return facts;
  }
  if (const auto refusal = NotPending(transfer, now)) return *refusal;
  if (command.end == End::kDecline) return Declined(command, transfer);
  assert(command.end == End::kCancel);
  Facts facts(1);
  Name(command, transfer, *facts[0].mutable_transfer_cancelled());
  return facts;
}

std::optional<Refusal> RefusalOf(const TransferState& transfer, const Handover& handover,
                                 kernel::Instant now) {
  if (const auto refusal = NotPending(transfer, now)) return refusal;
  if (handover.subscription_state != v1::SUBSCRIPTION_STATE_ACTIVE) {
    return Refusal{Reason::kSubscriptionNotActive};
  }
  if (handover.sender_country != handover.receiver_country) {
    return Refusal{Reason::kCrossCountryNotSupported};
  }
  if (handover.receiver_past_due_charges > 0) return Refusal{Reason::kDestinationPastDue};
  return std::nullopt;
}

Facts Accepted(const AcceptTransfer& command, const TransferState& transfer,
               const v1::SubscriptionCreated& created) {
  Facts facts(2);
  v1::SubscriptionTransferredIn& in = *facts[0].mutable_subscription_transferred_in();
  *in.mutable_subscription() = created.subscription();
  in.set_transfer(FullTransferName(command.account, command.transfer));
  facts[1].set_billing_account(kernel::AccountName(command.account.value()));
  v1::SubscriptionTransferredOut& out = *facts[1].mutable_subscription_transferred_out();
  out.set_subscription(kernel::Relative(transfer.subscription));
  out.set_transfer(kernel::Relative(command.transfer));
  return facts;
}

}  // namespace billing::transfer
