// The subscription: its life from ACTIVE to DELETED, and what pays for it.
#ifndef BILLING_AGGREGATES_SUBSCRIPTION_SUBSCRIPTION_H_
#define BILLING_AGGREGATES_SUBSCRIPTION_SUBSCRIPTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aggregates/account/account.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"
#include "billing/v1/event.pb.h"
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

// What the rules of a subscription ask of the card that pays for it.
struct PayingCard {
  bool live = true;
  kernel::YearMonth expiry;
};

// The account's live subscriptions, read only by a SetActive that nothing refuses.
class LiveSubscriptions {
 public:
  virtual ~LiveSubscriptions() = default;
  // Those whose active card is this one, by id.
  virtual std::vector<kernel::SubscriptionId> PaidBy(const kernel::CardId& card) const = 0;
  // Every one, by id.
  virtual std::vector<std::pair<kernel::SubscriptionId, SubscriptionState>> All() const = 0;
};

// What CreateSubscription needs to know besides the account.
struct Newcomer {
  bool id_taken = false;
  uint32_t live_subscriptions = 0;
  // The card that the command names, if it names one.
  std::optional<PayingCard> card = {};
};

// REQUIRES: role and etag were checked, and everything that the command names was found.
kernel::Decision Decide(const CreateSubscription& command, const account::AccountState& account,
                        const Newcomer& newcomer, kernel::Instant now);
kernel::Decision Decide(const UpdateSubscription& command, const SubscriptionState& subscription);
// `card` is the subscription's card, if it has one; only a reactivation asks for it.
kernel::Decision Decide(const ChangeLifecycle& command, const SubscriptionState& subscription,
                        const std::optional<PayingCard>& card, kernel::Instant now);
// `selected` is the command's subscription; `cause` is why its card changes.
kernel::Decision Decide(const SetActive& command, const account::AccountState& account,
                        const SubscriptionState& selected, const PayingCard& card,
                        const LiveSubscriptions& subscriptions, kernel::Instant now,
                        billing::v1::ChangeCause cause = billing::v1::CHANGE_CAUSE_SET_ACTIVE);

}  // namespace billing::subscription

#endif  // BILLING_AGGREGATES_SUBSCRIPTION_SUBSCRIPTION_H_
