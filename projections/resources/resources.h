// States as the resources that clients see, names relative to the account (an account's
// own name stays empty: ExpandNames fills it in). Personal fields stay sealed in the
// state and empty here; token and fingerprint are filled in: whoever answers a client
// redacts them. Etags are quoted positions: `"12"`.
#ifndef BILLING_PROJECTIONS_RESOURCES_RESOURCES_H_
#define BILLING_PROJECTIONS_RESOURCES_RESOURCES_H_

#include "aggregates/account/account.h"
#include "aggregates/card/card.h"
#include "aggregates/kernel/time.h"
#include "aggregates/subscription/subscription.h"
#include "billing/v1/billing_account.pb.h"
#include "billing/v1/card.pb.h"
#include "billing/v1/payment_method_service.pb.h"
#include "billing/v1/subscription.pb.h"

namespace billing::projections {

// `roles` lists the administrator.
billing::v1::BillingAccount ToMessage(const account::AccountState& state);

// `now` decides `expired`, the policy decides `in_use`.
billing::v1::Card ToMessage(const kernel::CardId& id, const card::CardState& state,
                            const account::Policy& policy, kernel::Instant now);

billing::v1::Subscription ToMessage(const kernel::SubscriptionId& id,
                                    const subscription::SubscriptionState& state);

// `card` is the subscription's card; null when it has none, and then nothing is in use.
billing::v1::CardInUse ToCardInUse(const kernel::SubscriptionId& id,
                                   const subscription::SubscriptionState& state,
                                   const card::CardState* card, const account::Policy& policy,
                                   kernel::Instant now);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_RESOURCES_RESOURCES_H_
