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
#include "aggregates/kernel/paying_card.h"
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
  // DISABLED, or CANCELLED after that: only an operator or the biller disables, and until one of
  // them reactivates it the administrator may not manage it. Kept, for a cancellation does not
  // hand it back.
  bool disabled_by_platform = false;
  // Charges of it that are past due.
  uint32_t past_due_charges = 0;
  // The last transfer it was offered in, while that is PENDING.
  std::optional<kernel::TransferId> pending_transfer;

  // Live: not DELETED or TRANSFERRED.
  bool live() const {
    return state != billing::v1::SUBSCRIPTION_STATE_DELETED &&
           state != billing::v1::SUBSCRIPTION_STATE_TRANSFERRED;
  }
};

// A subscription's state, as far as it tells what pays for it.
struct SubscriptionPayment {
  billing::v1::SubscriptionState state;
  std::optional<kernel::CardId> card;
  std::optional<kernel::BillingProfileId> billing_profile;
  kernel::Instant active_since;
};

// When the retention of a subscription that is DISABLED or CANCELLED ends.
kernel::Instant RetentionEnd(const SubscriptionState& subscription);

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

// The account's live subscriptions, read only by a SetActive that nothing refuses.
class LiveSubscriptions {
 public:
  virtual ~LiveSubscriptions() = default;
  // Those whose active card is this one, by id.
  virtual std::vector<kernel::SubscriptionId> PaidBy(const kernel::CardId& card) const = 0;
  // Every one, by id.
  virtual std::vector<std::pair<kernel::SubscriptionId, SubscriptionState>> All() const = 0;
};

// Pays by invoice from now on: this subscription alone.
struct SwitchToInvoice {
  kernel::AccountId account;
  kernel::SubscriptionId subscription;
  std::optional<uint64_t> etag;
};

// What CreateSubscription needs to know besides the account.
struct Newcomer {
  bool id_taken = false;
  uint32_t live_subscriptions = 0;
  // The card that the command names, if it names one.
  std::optional<kernel::PayingCard> card = {};
  // Whether the profile that the command names is ACTIVE, if it names one.
  std::optional<bool> active_profile = {};
};

// What a reactivation asks for: a way to pay.
struct PaymentMethod {
  std::optional<kernel::PayingCard> card = {};
  bool by_invoice = false;
  // It is billed to an ACTIVE profile.
  bool active_profile = false;
};

// REQUIRES: role and etag were checked, and everything that the command names was found.
kernel::Decision Decide(const CreateSubscription& command, const account::AccountState& account,
                        const Newcomer& newcomer, kernel::Instant now);
kernel::Decision Decide(const UpdateSubscription& command, const SubscriptionState& subscription);
// `profile_active`: the command's profile.
kernel::Decision Decide(const ChangeBillingProfile& command, const account::AccountState& account,
                        const SubscriptionState& subscription, bool profile_active);
// Only a reactivation asks for `method`.
kernel::Decision Decide(const ChangeLifecycle& command, const SubscriptionState& subscription,
                        const PaymentMethod& method, kernel::Instant now);
// `past_due_charges`: of the whole account.
kernel::Decision Decide(const SwitchToInvoice& command, const account::AccountState& account,
                        const SubscriptionState& subscription, uint32_t past_due_charges);
// `selected` is the command's subscription; `cause` is why its card changes.
kernel::Decision Decide(const SetActive& command, const account::AccountState& account,
                        const SubscriptionState& selected, const kernel::PayingCard& card,
                        const LiveSubscriptions& subscriptions, kernel::Instant now,
                        billing::v1::ChangeCause cause = billing::v1::CHANGE_CAUSE_SET_ACTIVE);

// Settling: `card` takes the place of `failed_card` wherever that pays, whatever the policy
// says of cascades. Nothing when it pays nowhere.
std::optional<billing::v1::Event> SettleMoves(const kernel::CardId& failed_card,
                                              const kernel::CardId& card,
                                              const LiveSubscriptions& subscriptions);

}  // namespace billing::subscription

#endif  // BILLING_AGGREGATES_SUBSCRIPTION_SUBSCRIPTION_H_
