#include <utility>

#include "aggregates/judge/case.h"

namespace billing::judge {
namespace {

using kernel::Decision;
using kernel::Facts;
using kernel::Reason;
using kernel::Refusal;

// The transfer that the command is about, in the sender's account.
struct Sent {
  projections::AccountNumber number;
  account::AccountState account;
  transfer::TransferState transfer;
};

OrRefusal<Sent> FindSent(const Case& c, const kernel::AccountId& sender,
                         const kernel::TransferId& id, const std::optional<uint64_t>& etag) {
  const auto number = c.states.FindAccount(sender);
  if (!number) return Refusal{Reason::kTransferNotFound};
  auto account = c.states.Account(*number);
  auto transfer = c.states.Transfer(*number, id);
  if (!account || !transfer) return Refusal{Reason::kTransferNotFound};
  if (IsOtherVersion(etag, transfer->etag)) return Refusal{Reason::kEtagMismatch};
  return Sent{*number, *std::move(account), *std::move(transfer)};
}

// What CreateSubscription would be in the receiving account: a method of any other account
// is not found there, and nothing more is said about it.
OrRefusal<subscription::CreateSubscription> CreationOf(
    const Case& c, const transfer::AcceptTransfer& command,
    const subscription::SubscriptionState& offered) {
  subscription::CreateSubscription creation{.account = c.account.id,
                                            .subscription = command.subscription,
                                            .display_name = offered.display_name,
                                            .kind = offered.kind};
  if (command.card) {
    if (command.card->account != c.account.id) return Refusal{Reason::kCardNotFound};
    creation.card = kernel::CardId::FromStored(command.card->id);
  }
  if (command.billing_profile) {
    if (command.billing_profile->account != c.account.id) {
      return Refusal{Reason::kBillingProfileNotFound};
    }
    creation.billing_profile = kernel::BillingProfileId::FromStored(command.billing_profile->id);
  }
  return creation;
}

}  // namespace

Decision JudgeIn(const Case& c, const transfer::SendTransfer& command) {
  const auto found = SubjectOf(c, command.subscription, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& subscription = std::get<subscription::SubscriptionState>(found);
  transfer::Offer offer{.id_taken = c.states.Transfer(c.number, command.transfer).has_value(),
                        .subscription_state = subscription.state};
  if (subscription.pending_transfer) {
    const auto pending = c.states.Transfer(c.number, *subscription.pending_transfer);
    offer.already_pending =
        pending && pending->StateAt(c.context.now) == v1::TRANSFER_STATE_PENDING;
  }
  return Decide(command, offer);
}

Decision JudgeIn(const Case& c, const transfer::AcceptTransfer& command) {
  const auto found = FindSent(c, command.account, command.transfer, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const Sent& sent = std::get<Sent>(found);
  const auto offered = c.states.Subscription(sent.number, sent.transfer.subscription);
  if (!offered) return Refusal{Reason::kTransferNotFound};  // only an unreadable row

  const auto named = CreationOf(c, command, *offered);
  if (const auto* refusal = std::get_if<Refusal>(&named)) return *refusal;
  const auto& creation = std::get<subscription::CreateSubscription>(named);
  const auto newcomer = NewcomerFor(c, creation);
  if (const auto* refusal = std::get_if<Refusal>(&newcomer)) return *refusal;

  const transfer::Handover handover{.subscription_state = offered->state,
                                    .sender_country = sent.account.country,
                                    .receiver_country = c.account.country,
                                    .receiver_past_due_charges = c.head().unpaid.past_due_count};
  if (auto refusal = RefusalOf(sent.transfer, handover, c.context.now)) {
    return *std::move(refusal);
  }
  const Decision created =
      Decide(creation, c.account, std::get<subscription::Newcomer>(newcomer), c.context.now);
  const Facts* facts = std::get_if<Facts>(&created);
  if (facts == nullptr) return created;
  return Accepted(command, sent.transfer, facts->front().subscription_created());
}

Decision JudgeIn(const Case& c, const transfer::EndTransfer& command) {
  const auto found = FindSent(c, command.account, command.transfer, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  return Decide(command, std::get<Sent>(found).transfer, c.context.now);
}

}  // namespace billing::judge
