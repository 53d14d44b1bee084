// The subscription: its life from ACTIVE to DELETED, and what pays for it.
#ifndef BILLING_AGGREGATES_SUBSCRIPTION_SUBSCRIPTION_H_
#define BILLING_AGGREGATES_SUBSCRIPTION_SUBSCRIPTION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"
#include "billing/v1/subscription.pb.h"

namespace billing::subscription {

// How long a disabled or cancelled subscription is kept before it may be deleted.
inline constexpr int64_t kRetentionDays = 90;

struct SubscriptionState {
  std::string display_name;
  billing::v1::SubscriptionKind kind;
  billing::v1::SubscriptionState state;
  std::optional<kernel::CardId> card;
  std::optional<kernel::BillingProfileId> billing_profile;
  bool pays_by_invoice = false;
  kernel::Instant active_since;
  kernel::Instant create_time;
  kernel::Instant update_time;
  uint64_t etag = 0;
  // When it last left ACTIVE or PAST_DUE.
  kernel::Instant inactive_since;
  // An operator or the biller disabled it.
  bool disabled_by_platform = false;

  // Live: not DELETED or TRANSFERRED.
  bool live() const {
    return state != billing::v1::SUBSCRIPTION_STATE_DELETED &&
           state != billing::v1::SUBSCRIPTION_STATE_TRANSFERRED;
  }
};

struct CreateSubscription {
  kernel::AccountId account;
  kernel::SubscriptionId subscription;
  std::string display_name;
  billing::v1::SubscriptionKind kind;
  std::optional<kernel::CardId> card;
  std::optional<kernel::BillingProfileId> billing_profile;
};

struct UpdateSubscription {
  kernel::AccountId account;
  kernel::SubscriptionId subscription;
  std::string display_name;
  std::optional<uint64_t> etag;
};

struct ChangeBillingProfile {
  kernel::AccountId account;
  kernel::SubscriptionId subscription;
  kernel::BillingProfileId billing_profile;
  std::optional<uint64_t> etag;
};

// Disable, cancel, reactivate, delete: the same shape, different rules.
enum class Lifecycle { kDisable, kCancel, kReactivate, kDelete };

struct ChangeLifecycle {
  Lifecycle change;
  kernel::AccountId account;
  kernel::SubscriptionId subscription;
  std::optional<uint64_t> etag;
};

// Makes a card the active card of a subscription's same-card group.
struct SetActive {
  kernel::AccountId account;
  kernel::SubscriptionId subscription;
  kernel::CardId card;
  std::optional<kernel::CardId> expected_current_card;
  std::optional<uint64_t> etag;
};

}  // namespace billing::subscription

#endif  // BILLING_AGGREGATES_SUBSCRIPTION_SUBSCRIPTION_H_
