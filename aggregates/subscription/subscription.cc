#include "aggregates/subscription/subscription.h"

#include "aggregates/kernel/names.h"

namespace billing::subscription {
namespace {

using kernel::Decision;
using kernel::Facts;
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
  if (newcomer.card && !newcomer.card->live) return Refusal{Reason::kCardRemoved};
  if (newcomer.card && kernel::HasExpired(newcomer.card->expiry, now)) {
    return Refusal{Reason::kCardExpired};
  }
  return Facts{SubscriptionCreated(command)};
}

Decision Decide(const UpdateSubscription& command, const SubscriptionState& subscription) {
  if (subscription.state == v1::SUBSCRIPTION_STATE_DELETED) {
    return Refusal{Reason::kSubscriptionDeleted};
  }
  if (subscription.state == v1::SUBSCRIPTION_STATE_TRANSFERRED) {
    return Refusal{Reason::kSubscriptionTransferred};
  }
  if (command.display_name == subscription.display_name) return NothingToChange{};
  return Facts{SubscriptionUpdated(command)};
}

}  // namespace billing::subscription
