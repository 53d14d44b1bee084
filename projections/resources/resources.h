// States as the resources that clients see, names relative to the account (an account's
// own name stays empty: ExpandNames fills it in). Personal fields stay sealed in the
// state and empty here; token and fingerprint are filled in: whoever answers a client
// redacts them. Etags are quoted positions: `"12"`.
#ifndef BILLING_PROJECTIONS_RESOURCES_RESOURCES_H_
#define BILLING_PROJECTIONS_RESOURCES_RESOURCES_H_

#include <optional>
#include <span>
#include <string_view>

#include "aggregates/account/account.h"
#include "aggregates/card/card.h"
#include "aggregates/charge/charge.h"
#include "aggregates/kernel/time.h"
#include "aggregates/profile/profile.h"
#include "aggregates/subscription/subscription.h"
#include "aggregates/transfer/transfer.h"
#include "billing/v1/billing_account.pb.h"
#include "billing/v1/billing_profile.pb.h"
#include "billing/v1/card.pb.h"
#include "billing/v1/charge.pb.h"
#include "billing/v1/event.pb.h"
#include "billing/v1/payment_method_service.pb.h"
#include "billing/v1/subscription.pb.h"
#include "billing/v1/transfer.pb.h"

namespace billing::projections {

// Fills in `roles` of an account whose administrator is known: that one first, then `bindings`.
void AddRoles(std::span<const account::RoleBinding> bindings, billing::v1::BillingAccount& message);
billing::v1::BillingAccount ToMessage(const account::AccountState& state,
                                      std::span<const account::RoleBinding> bindings);

// Whether a subscription's active card, or an ACTIVE profile's, is this one.
bool InUse(const card::CardState& card, const account::Policy& policy);

// `now` decides `expired`, the policy decides `in_use`.
billing::v1::Card ToMessage(const kernel::CardId& id, const card::CardState& state,
                            const account::Policy& policy, kernel::Instant now);

billing::v1::Subscription ToMessage(const kernel::SubscriptionId& id,
                                    const subscription::SubscriptionState& state);

billing::v1::BillingProfile ToMessage(const kernel::BillingProfileId& id,
                                      const profile::BillingProfileState& state);

// `currency` is the account's. The bank's codes are filled in: whoever answers a client
// redacts them.
billing::v1::Charge ToMessage(const kernel::ChargeId& id, const charge::ChargeState& state,
                              std::string_view currency);

// `now` decides whether a PENDING one shows as EXPIRED. `to_subscription` stays empty: it is
// the receiving account's.
billing::v1::Transfer ToMessage(const kernel::TransferId& id, const transfer::TransferState& state,
                                kernel::Instant now);

// What pays for a subscription: its own card, or its profile's.
struct ActiveCard {
  kernel::CardId id;
  kernel::YearMonth expiry;
};

// A billing::v1::CardInUse, which has the same fields.
struct CardInUse {
  kernel::SubscriptionId subscription;
  billing::v1::SubscriptionState subscription_state;
  std::optional<kernel::BillingProfileId> billing_profile;
  std::optional<kernel::CardId> card;
  kernel::Instant active_since;
  bool expired = false;
  bool in_use = false;
};
// `card` is what pays; nothing when no card does, and then nothing is in use. `profile` is
// the one that the subscription is billed to; null when there is none.
CardInUse ToCardInUse(const kernel::SubscriptionId& id,
                      const subscription::SubscriptionPayment& payment,
                      const profile::BillingProfileState* profile,
                      const std::optional<ActiveCard>& card, const account::Policy& policy,
                      kernel::Instant now);

// Fills in what being made means in the thing that a fact makes: its first state, times and
// etag. The fact itself holds only what the command chose. Does nothing to other facts.
// REQUIRES: `event` has its position; `time` is its commit time.
void CompleteNewThing(const google::protobuf::Timestamp& time, billing::v1::Event& event);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_RESOURCES_RESOURCES_H_
