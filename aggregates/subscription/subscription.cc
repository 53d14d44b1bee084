#include "aggregates/subscription/subscription.h"

#include <utility>

#include "aggregates/kernel/names.h"

namespace billing::subscription {
namespace {

using kernel::Decision;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

v1::Event SubscriptionCreated(const CreateSubscription& command) {
  v1::Event fact;
  v1::Subscription& subscription = *fact.mutable_subscription_created()->mutable_subscription();
  subscription.set_name(kernel::Relative(command.subscription));
  subscription.set_display_name(command.display_name);
  subscription.set_kind(command.kind == v1::SUBSCRIPTION_KIND_UNSPECIFIED
                            ? v1::SUBSCRIPTION_KIND_CONSUMPTION
                            : command.kind);
  if (command.card) subscription.set_card(kernel::Relative(*command.card));
  if (command.billing_profile) {
    subscription.set_billing_profile(kernel::Relative(*command.billing_profile));
  }
  return fact;
}

v1::Event SubscriptionUpdated(const UpdateSubscription& command) {
  v1::Event fact;
  v1::SubscriptionUpdated& updated = *fact.mutable_subscription_updated();
  updated.mutable_subscription()->set_name(kernel::Relative(command.subscription));
  updated.mutable_subscription()->set_display_name(command.display_name);
  updated.mutable_update_mask()->add_paths("display_name");
  return fact;
}

// Why nothing can be changed any more.
std::optional<Reason> Ended(const SubscriptionState& subscription) {
  if (subscription.state == v1::SUBSCRIPTION_STATE_DELETED) return Reason::kSubscriptionDeleted;
  if (subscription.state == v1::SUBSCRIPTION_STATE_TRANSFERRED) {
    return Reason::kSubscriptionTransferred;
  }
  return std::nullopt;
}

}  // namespace

Decision Decide(const CreateSubscription& command, const account::AccountState& account,
                const Newcomer& newcomer, kernel::Instant now) {
  if (newcomer.id_taken) {
    return Refusal{.reason = Reason::kSubscriptionAlreadyExists,
                   .resources = {{"subscription", kernel::Relative(command.subscription)}}};
  }
  if (newcomer.live_subscriptions >= account::kLiveSubscriptionsMax) {
    return Refusal{Reason::kSubscriptionLimitReached};
  }
  const bool by_profile = account.agreement == v1::AGREEMENT_CUSTOMER_AGREEMENT;
  if (by_profile ? command.card.has_value() : command.billing_profile.has_value()) {
    return Refusal{Reason::kAgreementNotSupported};
  }
  if (by_profile && !command.billing_profile) return Refusal{Reason::kBillingProfileRequired};
  if (newcomer.active_profile == false) return Refusal{Reason::kBillingProfileInactive};
  if (newcomer.card) {
    if (const auto error = CardError(*newcomer.card, now)) return Refusal{*error};
  }
  return kernel::FactsOf(SubscriptionCreated(command));
}

Decision Decide(const UpdateSubscription& command, const SubscriptionState& subscription) {
  if (const auto reason = Ended(subscription)) return Refusal{*reason};
  if (command.display_name == subscription.display_name) return NothingToChange{};
  return kernel::FactsOf(SubscriptionUpdated(command));
}

Decision Decide(const ChangeBillingProfile& command, const account::AccountState& account,
                const SubscriptionState& subscription, bool profile_active) {
  if (account.agreement != v1::AGREEMENT_CUSTOMER_AGREEMENT) {
    return Refusal{Reason::kAgreementNotSupported};
  }
  if (const auto reason = Ended(subscription)) return Refusal{*reason};
  if (!profile_active) return Refusal{Reason::kBillingProfileInactive};
  if (subscription.billing_profile == command.billing_profile) return NothingToChange{};

  v1::Event fact;
  v1::BillingProfileChanged& changed = *fact.mutable_billing_profile_changed();
  changed.set_subscription(kernel::Relative(command.subscription));
  changed.set_billing_profile(kernel::Relative(command.billing_profile));
  if (subscription.billing_profile) {
    changed.set_previous_billing_profile(kernel::Relative(*subscription.billing_profile));
  }
  return kernel::FactsOf(std::move(fact));
}

Decision Decide(const SwitchToInvoice& command, const account::AccountState& account,
                const SubscriptionState& subscription, uint32_t past_due_charges) {
  if (account.agreement != v1::AGREEMENT_PAY_AS_YOU_GO) {
    return Refusal{Reason::kAgreementNotSupported};
  }
  if (const auto reason = Ended(subscription)) return Refusal{*reason};
  if (account.invoice_payment != v1::INVOICE_PAYMENT_STATE_APPROVED) {
    return Refusal{Reason::kInvoicePaymentNotApproved};
  }
  if (past_due_charges > 0) return Refusal{Reason::kOutstandingCharges};
  if (subscription.pays_by_invoice) return NothingToChange{};

  v1::Event fact;
  v1::SwitchedToInvoice& switched = *fact.mutable_switched_to_invoice();
  switched.set_subscription(kernel::Relative(command.subscription));
  if (subscription.card) switched.set_previous_card(kernel::Relative(*subscription.card));
  return kernel::FactsOf(std::move(fact));
}

}  // namespace billing::subscription
