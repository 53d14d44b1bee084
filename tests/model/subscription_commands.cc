#include "tests/model/model.h"

namespace billing::model {

Verdict Model::SetActive(const std::string& subscription, const std::string& card_id,
                         const Card& card, const std::optional<std::string>& expected,
                         v1::ChangeCause cause) {
  const Subscription& selected = account_->subscriptions.at(subscription);
  if (account_->by_profile()) {
    Verdict refused = Refused("PAYMENT_METHOD_BELONGS_TO_BILLING_PROFILE");
    refused.details.emplace_back("billing_profile", Name("billingProfiles", selected.profile));
    return refused;
  }
  if (selected.state == v1::SUBSCRIPTION_STATE_DELETED) return Refused("SUBSCRIPTION_DELETED");
  if (selected.state == v1::SUBSCRIPTION_STATE_TRANSFERRED) {
    return Refused("SUBSCRIPTION_TRANSFERRED");
  }
  if (selected.by_invoice) return Refused("SWITCH_BACK_TO_CARD_NOT_ALLOWED");
  if (card.removed) return Refused("CARD_REMOVED");
  if (card.ExpiredAt(now_)) return Refused("CARD_EXPIRED");
  if (expected && *expected != selected.card) return Refused("ACTIVE_CARD_CHANGED");
  v1::Event fact;
  auto& changed = *fact.mutable_active_card_changed();
  changed.set_selected_subscription(Name("subscriptions", subscription));
  changed.set_card(Name("cards", card_id));
  changed.set_cause(cause);
  const bool everybody = account_->policy.cascade() == v1::CASCADE_ALL_SUBSCRIPTIONS;
  for (const auto& [id, each] : account_->subscriptions) {
    if (!each.live() || each.by_invoice || each.card == card_id) continue;
    const bool same_card =
        id == subscription || (!selected.card.empty() && each.card == selected.card);
    if (!everybody && !same_card) continue;
    auto& move = *changed.add_moves();
    move.set_subscription(Name("subscriptions", id));
    move.set_previous_card(Name("cards", each.card));
  }
  return changed.moves().empty() ? Nothing() : Yields({fact});
}

Verdict Model::On(const subscription::SetActive& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  const auto found = account_->subscriptions.find(command.subscription.value());
  if (found == account_->subscriptions.end()) return Refused("SUBSCRIPTION_NOT_FOUND");
  if (command.etag && *command.etag != found->second.etag) return Refused("ETAG_MISMATCH");
  const auto card = account_->cards.find(command.card.value());
  if (card == account_->cards.end()) return Refused("CARD_NOT_FOUND");
  std::optional<std::string> expected;
  if (command.expected_current_card) {
    expected = command.expected_current_card->value();
    if (!account_->cards.contains(*expected)) return Refused("CARD_NOT_FOUND");
  }
  return SetActive(found->first, card->first, card->second, expected, v1::CHANGE_CAUSE_SET_ACTIVE);
}

Verdict Model::CreateSubscription(const std::string& id, const v1::Subscription& made,
                                  const std::string& card, const std::string& profile) {
  if (account_->subscriptions.contains(id)) return Taken("subscription", Name("subscriptions", id));
  if (account_->LiveSubscriptions() >= 2'000) return Refused("SUBSCRIPTION_LIMIT_REACHED");
  if (account_->by_profile() ? !card.empty() : !profile.empty()) {
    return Refused("AGREEMENT_NOT_SUPPORTED");
  }
  if (account_->by_profile() && profile.empty()) return Refused("BILLING_PROFILE_REQUIRED");
  if (!profile.empty() && !account_->profiles.at(profile).active) {
    return Refused("BILLING_PROFILE_INACTIVE");
  }
  if (!card.empty()) {
    if (const std::string error = CardError(card); !error.empty()) return Refused(error);
  }
  v1::Event fact;
  auto& created = *fact.mutable_subscription_created()->mutable_subscription();
  created = made;
  created.set_name(Name("subscriptions", id));
  created.set_card(Name("cards", card));
  created.set_billing_profile(Name("billingProfiles", profile));
  return Yields({fact});
}

Verdict Model::On(const subscription::CreateSubscription& command) {
  if (auto refused = Enter(command.account, operator_ || biller_, true)) return *refused;
  const std::string card = command.card ? command.card->value() : "";
  const std::string profile = command.billing_profile ? command.billing_profile->value() : "";
  if (!card.empty() && !account_->cards.contains(card)) return Refused("CARD_NOT_FOUND");
  // Under pay-as-you-go there is no profile to be found: the agreement answers.
  if (account_->by_profile() && !profile.empty() && !account_->profiles.contains(profile)) {
    return Refused("BILLING_PROFILE_NOT_FOUND");
  }
  v1::Subscription made;
  made.set_display_name(command.display_name);
  made.set_kind(command.kind);
  return CreateSubscription(command.subscription.value(), made, card, profile);
}

Verdict Model::On(const subscription::UpdateSubscription& command) {
  if (auto refused = Enter(command.account, operator_ || biller_, true)) return *refused;
  if (IsHeldBack(command.subscription.value())) return Refused("ROLE_REQUIRED");
  const auto found = account_->subscriptions.find(command.subscription.value());
  if (found == account_->subscriptions.end()) return Refused("SUBSCRIPTION_NOT_FOUND");
  const Subscription& subscription = found->second;
  if (command.etag && *command.etag != subscription.etag) return Refused("ETAG_MISMATCH");
  if (subscription.state == v1::SUBSCRIPTION_STATE_DELETED) return Refused("SUBSCRIPTION_DELETED");
  if (!subscription.live()) return Refused("SUBSCRIPTION_TRANSFERRED");
  if (subscription.display_name == command.display_name) return Nothing();
  v1::Event fact;
  auto& updated = *fact.mutable_subscription_updated();
  updated.mutable_subscription()->set_name(Name("subscriptions", found->first));
  updated.mutable_subscription()->set_display_name(command.display_name);
  updated.mutable_update_mask()->add_paths("display_name");
  return Yields({fact});
}

Verdict Model::On(const subscription::ChangeBillingProfile& command) {
  if (auto refused = Enter(command.account, operator_ || biller_, true)) return *refused;
  if (IsHeldBack(command.subscription.value())) return Refused("ROLE_REQUIRED");
  const auto found = account_->subscriptions.find(command.subscription.value());
  if (found == account_->subscriptions.end()) return Refused("SUBSCRIPTION_NOT_FOUND");
  const Subscription& subscription = found->second;
  if (command.etag && *command.etag != subscription.etag) return Refused("ETAG_MISMATCH");
  if (!account_->by_profile()) return Refused("AGREEMENT_NOT_SUPPORTED");
  const auto profile = account_->profiles.find(command.billing_profile.value());
  if (profile == account_->profiles.end()) return Refused("BILLING_PROFILE_NOT_FOUND");
  if (subscription.state == v1::SUBSCRIPTION_STATE_DELETED) return Refused("SUBSCRIPTION_DELETED");
  if (!subscription.live()) return Refused("SUBSCRIPTION_TRANSFERRED");
  if (!profile->second.active) return Refused("BILLING_PROFILE_INACTIVE");
  if (subscription.profile == profile->first) return Nothing();
  v1::Event fact;
  auto& changed = *fact.mutable_billing_profile_changed();
  changed.set_subscription(Name("subscriptions", found->first));
  changed.set_billing_profile(Name("billingProfiles", profile->first));
  changed.set_previous_billing_profile(Name("billingProfiles", subscription.profile));
  return Yields({fact});
}

Verdict Model::On(const subscription::ChangeLifecycle& command) {
  using subscription::Lifecycle;
  const bool stops = command.change == Lifecycle::kDisable || command.change == Lifecycle::kDelete;
  const bool schedule = scheduler_ && command.change == Lifecycle::kDelete;
  if (auto refused = Enter(command.account, operator_ || biller_ || schedule, !stops)) {
    return *refused;
  }
  if (!stops && IsHeldBack(command.subscription.value())) return Refused("ROLE_REQUIRED");
  const auto found = account_->subscriptions.find(command.subscription.value());
  if (found == account_->subscriptions.end()) return Refused("SUBSCRIPTION_NOT_FOUND");
  if (command.etag && *command.etag != found->second.etag) return Refused("ETAG_MISMATCH");
  switch (command.change) {
    case Lifecycle::kDisable:
      return Disable(found->first, found->second);
    case Lifecycle::kCancel:
      return Cancel(found->first, found->second);
    case Lifecycle::kReactivate:
      return Reactivate(found->first, found->second);
    case Lifecycle::kDelete:
      return Delete(found->first, found->second);
  }
  return Nothing();
}

Verdict Model::Disable(const std::string& id, const Subscription& subscription) {
  if (subscription.state == v1::SUBSCRIPTION_STATE_DISABLED) return Nothing();
  if (!subscription.live() || subscription.stopped()) return Refused("INVALID_SUBSCRIPTION_STATE");
  v1::Event fact;
  fact.mutable_subscription_disabled()->set_subscription(Name("subscriptions", id));
  return Yields({fact});
}

Verdict Model::Cancel(const std::string& id, const Subscription& subscription) {
  if (subscription.state == v1::SUBSCRIPTION_STATE_CANCELLED) return Nothing();
  if (!subscription.live()) return Refused("INVALID_SUBSCRIPTION_STATE");
  v1::Event fact;
  fact.mutable_subscription_cancelled()->set_subscription(Name("subscriptions", id));
  return Yields({fact});
}

Verdict Model::Reactivate(const std::string& id, const Subscription& subscription) {
  if (subscription.state == v1::SUBSCRIPTION_STATE_ACTIVE) return Nothing();
  if (!subscription.stopped()) return Refused("INVALID_SUBSCRIPTION_STATE");
  if (account_->PastDueChargesOf(id) > 0) return Refused("OUTSTANDING_CHARGES");
  const bool usable = account_->by_profile()
                          ? account_->profiles.at(subscription.profile).active
                          : subscription.by_invoice || (!subscription.card.empty() &&
                                                        CardError(subscription.card).empty());
  if (!usable) return Refused("NO_USABLE_PAYMENT_METHOD");
  v1::Event fact;
  fact.mutable_subscription_reactivated()->set_subscription(Name("subscriptions", id));
  return Yields({fact});
}

Verdict Model::Delete(const std::string& id, const Subscription& subscription) {
  if (subscription.state == v1::SUBSCRIPTION_STATE_DELETED) return Nothing();
  if (!subscription.stopped()) return Refused("INVALID_SUBSCRIPTION_STATE");
  if (now_ < subscription.left_active + 90 * kDay) return Refused("RETENTION_PERIOD_ACTIVE");
  v1::Event fact;
  fact.mutable_subscription_deleted()->set_subscription(Name("subscriptions", id));
  return Yields({fact});
}

Verdict Model::On(const subscription::SwitchToInvoice& command) {
  if (auto refused = Enter(command.account, false, true)) return *refused;
  const auto found = account_->subscriptions.find(command.subscription.value());
  if (found == account_->subscriptions.end()) return Refused("SUBSCRIPTION_NOT_FOUND");
  const Subscription& subscription = found->second;
  if (command.etag && *command.etag != subscription.etag) return Refused("ETAG_MISMATCH");
  if (account_->by_profile()) return Refused("AGREEMENT_NOT_SUPPORTED");
  if (subscription.state == v1::SUBSCRIPTION_STATE_DELETED) return Refused("SUBSCRIPTION_DELETED");
  if (!subscription.live()) return Refused("SUBSCRIPTION_TRANSFERRED");
  if (account_->invoice != v1::INVOICE_PAYMENT_STATE_APPROVED) {
    return Refused("INVOICE_PAYMENT_NOT_APPROVED");
  }
  if (account_->PastDueCharges() > 0) return Refused("OUTSTANDING_CHARGES");
  if (subscription.by_invoice) return Nothing();
  v1::Event fact;
  fact.mutable_switched_to_invoice()->set_subscription(Name("subscriptions", found->first));
  fact.mutable_switched_to_invoice()->set_previous_card(Name("cards", subscription.card));
  return Yields({fact});
}

}  // namespace billing::model
