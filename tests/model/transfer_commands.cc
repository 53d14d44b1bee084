#include "tests/model/model.h"

namespace billing::model {

Verdict Model::On(const transfer::SendTransfer& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  const std::string id = command.subscription.value();
  const auto found = account_->subscriptions.find(id);
  if (found == account_->subscriptions.end()) return Refused("SUBSCRIPTION_NOT_FOUND");
  if (command.etag && *command.etag != found->second.etag) return Refused("ETAG_MISMATCH");
  if (account_->transfers.contains(command.transfer.value())) {
    return Taken("transfer", Name("transfers", command.transfer.value()));
  }
  if (found->second.state != v1::SUBSCRIPTION_STATE_ACTIVE) {
    return Refused("SUBSCRIPTION_NOT_ACTIVE");
  }
  for (const auto& [other, transfer] : account_->transfers) {
    if (transfer.subscription == id && transfer.StateAt(now_) == v1::TRANSFER_STATE_PENDING) {
      return Refused("TRANSFER_ALREADY_PENDING");
    }
  }
  if (command.to_account == command.account) return Refused("TRANSFER_TO_SELF");
  v1::Event fact;
  auto& sent = *fact.mutable_transfer_sent()->mutable_transfer();
  sent.set_name(Name("transfers", command.transfer.value()));
  sent.set_subscription(Name("subscriptions", id));
  sent.set_to_billing_account("billingAccounts/" + command.to_account.value());
  return Yields({fact});
}

std::optional<Verdict> Model::EnterAsRecipient(const kernel::AccountId& sender,
                                               const kernel::TransferId& id) {
  account_ = nullptr;
  const Account* from = world_.Find(sender.value());
  if (from == nullptr) return Refused("ROLE_REQUIRED");
  const auto found = from->transfers.find(id.value());
  if (found == from->transfers.end()) {
    return Refused(IsAdministrator(*from) ? "TRANSFER_NOT_FOUND" : "ROLE_REQUIRED");
  }
  account_ = world_.Find(found->second.to_account);
  if (account_ == nullptr || !IsAdministrator(*account_)) return Refused("ROLE_REQUIRED");
  return std::nullopt;
}

Verdict Model::On(const transfer::AcceptTransfer& command) {
  if (auto refused = EnterAsRecipient(command.account, command.transfer)) return *refused;
  const Account& sender = *world_.Find(command.account.value());
  const Transfer& transfer = sender.transfers.at(command.transfer.value());
  if (command.etag && *command.etag != transfer.etag) return Refused("ETAG_MISMATCH");
  // What belongs to another account than the receiving one is not found there.
  const auto own_id = [this](const kernel::ResourceName& name) {
    return name.account.value() == account_->id ? name.id : "(of another account)";
  };
  const std::string card = command.card ? own_id(*command.card) : "";
  const std::string profile = command.billing_profile ? own_id(*command.billing_profile) : "";
  if (!card.empty() && !account_->cards.contains(card)) return Refused("CARD_NOT_FOUND");
  // Under pay-as-you-go there is no profile to be found, and the agreement answers: but only
  // if it would be one of this account.
  const bool foreign = profile == "(of another account)";
  if (foreign ||
      (account_->by_profile() && !profile.empty() && !account_->profiles.contains(profile))) {
    return Refused("BILLING_PROFILE_NOT_FOUND");
  }
  const v1::TransferState state = transfer.StateAt(now_);
  if (state == v1::TRANSFER_STATE_EXPIRED) return Refused("TRANSFER_EXPIRED");
  if (state != v1::TRANSFER_STATE_PENDING) return Refused("TRANSFER_NOT_PENDING");
  const Subscription& subscription = sender.subscriptions.at(transfer.subscription);
  if (subscription.state != v1::SUBSCRIPTION_STATE_ACTIVE) {
    return Refused("SUBSCRIPTION_NOT_ACTIVE");
  }
  if (sender.country != account_->country) return Refused("CROSS_COUNTRY_NOT_SUPPORTED");
  if (account_->PastDueCharges() > 0) return Refused("DESTINATION_PAST_DUE");
  v1::Subscription made;
  made.set_display_name(subscription.display_name);
  made.set_kind(subscription.kind);
  const Verdict created = CreateSubscription(command.subscription.value(), made, card, profile);
  if (created.refused()) return created;
  std::vector<v1::Event> facts(2);
  auto& in = *facts[0].mutable_subscription_transferred_in();
  *in.mutable_subscription() = created.facts[0].subscription_created().subscription();
  in.set_transfer(FullName(sender.id, Name("transfers", command.transfer.value())));
  facts[1].set_billing_account("billingAccounts/" + sender.id);
  auto& out = *facts[1].mutable_subscription_transferred_out();
  out.set_subscription(Name("subscriptions", transfer.subscription));
  out.set_transfer(Name("transfers", command.transfer.value()));
  return Yields(facts);
}

Verdict Model::On(const transfer::EndTransfer& command) {
  using transfer::End;
  if (command.end == End::kDecline) {
    if (auto refused = EnterAsRecipient(command.account, command.transfer)) return *refused;
  } else if (auto refused = Enter(command.account, command.end == End::kExpire && scheduler_,
                                  command.end == End::kCancel)) {
    return *refused;
  }
  const Account& sender = *world_.Find(command.account.value());
  const auto found = sender.transfers.find(command.transfer.value());
  if (found == sender.transfers.end()) return Refused("TRANSFER_NOT_FOUND");
  const Transfer& transfer = found->second;
  if (command.etag && *command.etag != transfer.etag) return Refused("ETAG_MISMATCH");
  const std::string name = Name("transfers", found->first);
  const std::string subscription = Name("subscriptions", transfer.subscription);
  if (command.end == End::kExpire) {
    if (transfer.state == v1::TRANSFER_STATE_EXPIRED) return Refused("TRANSFER_EXPIRED");
    if (transfer.state != v1::TRANSFER_STATE_PENDING) return Refused("TRANSFER_NOT_PENDING");
    if (now_ < transfer.Deadline()) return Nothing();
    v1::Event fact;
    fact.mutable_transfer_expired()->set_transfer(name);
    fact.mutable_transfer_expired()->set_subscription(subscription);
    return Yields({fact});
  }
  const v1::TransferState state = transfer.StateAt(now_);
  if (state == v1::TRANSFER_STATE_EXPIRED) return Refused("TRANSFER_EXPIRED");
  if (state != v1::TRANSFER_STATE_PENDING) return Refused("TRANSFER_NOT_PENDING");
  if (command.end == End::kCancel) {
    v1::Event fact;
    fact.mutable_transfer_cancelled()->set_transfer(name);
    fact.mutable_transfer_cancelled()->set_subscription(subscription);
    return Yields({fact});
  }
  std::vector<v1::Event> facts(2);
  facts[0].mutable_transfer_declined()->set_transfer(FullName(sender.id, name));
  facts[1].set_billing_account("billingAccounts/" + sender.id);
  facts[1].mutable_transfer_declined()->set_transfer(name);
  facts[1].mutable_transfer_declined()->set_subscription(subscription);
  return Yields(facts);
}

}  // namespace billing::model
