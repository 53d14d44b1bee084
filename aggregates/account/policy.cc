#include "aggregates/account/account.h"

namespace billing::account {

bool Policy::Holds(v1::SubscriptionState state) const {
  if (state == v1::SUBSCRIPTION_STATE_ACTIVE) return true;
  if (state == v1::SUBSCRIPTION_STATE_PAST_DUE) return true;
  if (state == v1::SUBSCRIPTION_STATE_DISABLED) return disabled_holds;
  if (state == v1::SUBSCRIPTION_STATE_CANCELLED) return cancelled_holds;
  return false;
}

Policy PolicyFrom(const v1::Policy& message) {
  Policy policy;
  for (const int state : message.holding_states()) {
    if (state == v1::SUBSCRIPTION_STATE_DISABLED) policy.disabled_holds = true;
    if (state == v1::SUBSCRIPTION_STATE_CANCELLED) policy.cancelled_holds = true;
  }
  policy.cascade_all_subscriptions = message.cascade() == v1::CASCADE_ALL_SUBSCRIPTIONS;
  policy.signed_up_user_manages_profiles =
      message.profile_managers() == v1::PROFILE_MANAGERS_SIGNED_UP_USER;
  policy.require_payment_method = message.require_payment_method();
  policy.require_card_country_match = message.require_card_country_match();
  if (message.max_cards() != 0) policy.max_cards = message.max_cards();
  return policy;
}

v1::Policy ToMessage(const Policy& policy) {
  v1::Policy message;
  message.add_holding_states(v1::SUBSCRIPTION_STATE_ACTIVE);
  message.add_holding_states(v1::SUBSCRIPTION_STATE_PAST_DUE);
  if (policy.disabled_holds) message.add_holding_states(v1::SUBSCRIPTION_STATE_DISABLED);
  if (policy.cancelled_holds) message.add_holding_states(v1::SUBSCRIPTION_STATE_CANCELLED);
  message.set_cascade(policy.cascade_all_subscriptions ? v1::CASCADE_ALL_SUBSCRIPTIONS
                                                       : v1::CASCADE_SAME_CARD);
  message.set_profile_managers(policy.signed_up_user_manages_profiles
                                   ? v1::PROFILE_MANAGERS_SIGNED_UP_USER
                                   : v1::PROFILE_MANAGERS_OWNERS_AND_CONTRIBUTORS);
  message.set_require_payment_method(policy.require_payment_method);
  message.set_require_card_country_match(policy.require_card_country_match);
  message.set_max_cards(policy.max_cards);
  return message;
}

}  // namespace billing::account
