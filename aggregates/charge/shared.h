// What recording and settling have in common. Internal to this room.
#ifndef BILLING_AGGREGATES_CHARGE_SHARED_H_
#define BILLING_AGGREGATES_CHARGE_SHARED_H_

#include <string>

#include "aggregates/account/account.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/names.h"

namespace billing::charge {

// The amount in this field of the request is in another currency than the account's.
inline kernel::Refusal OtherCurrency(std::string field, const account::AccountState& account) {
  return {.reason = kernel::Reason::kInvalidRequest,
          .bad_field = std::move(field),
          .bad_field_description = "must be the account's currency, " + account.currency};
}

inline v1::Event BecameCurrent(const kernel::SubscriptionId& subscription) {
  v1::Event fact;
  fact.mutable_subscription_became_current()->set_subscription(kernel::Relative(subscription));
  return fact;
}

}  // namespace billing::charge

#endif  // BILLING_AGGREGATES_CHARGE_SHARED_H_
