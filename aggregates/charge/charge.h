// The charge: an amount owed, and what the payment processor reports about it.
#ifndef BILLING_AGGREGATES_CHARGE_CHARGE_H_
#define BILLING_AGGREGATES_CHARGE_CHARGE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "aggregates/account/account.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/money.h"
#include "aggregates/kernel/paying_card.h"
#include "aggregates/kernel/time.h"
#include "aggregates/kernel/unpaid.h"
#include "billing/v1/charge.pb.h"
#include "billing/v1/subscription.pb.h"

namespace billing::charge {

struct ChargeState {
  // What it is for: exactly one of these two.
  std::optional<kernel::SubscriptionId> subscription;
  std::optional<kernel::BillingProfileId> billing_profile;
  // The card that was active when it was recorded.
  std::optional<kernel::CardId> card;
  // The profile above, or the one that the subscription was billed to at the time.
  std::optional<kernel::BillingProfileId> paying_profile;
  int64_t amount_minor = 0;
  std::optional<kernel::Instant> due_time;
  billing::v1::ChargeState state;
  // Of the last decline.
  std::string network_code;
  std::string advice_code;
  billing::v1::DeclineReason reason{};
  billing::v1::DeclineKind kind{};
  kernel::Instant create_time;
  kernel::Instant update_time;
  uint64_t etag = 0;

  bool past_due() const { return state == billing::v1::CHARGE_STATE_PAST_DUE; }
  bool unpaid() const { return past_due() || state == billing::v1::CHARGE_STATE_PENDING; }
};

struct RecordCharge {
  kernel::AccountId account;
  kernel::ChargeId charge;
  // Exactly one of these two.
  std::optional<kernel::SubscriptionId> subscription;
  std::optional<kernel::BillingProfileId> billing_profile;
  kernel::Amount amount;
  std::optional<kernel::Instant> due_time;
};

struct RecordPayment {
  kernel::AccountId account;
  kernel::ChargeId charge;
  billing::v1::PaymentOutcome outcome;
  std::string network_code;
  std::string advice_code;
  std::string processor_reference;
  std::optional<uint64_t> etag;
};

struct VoidCharge {
  kernel::AccountId account;
  kernel::ChargeId charge;
  std::optional<uint64_t> etag;
};

struct SettleBalance {
  kernel::AccountId account;
  kernel::CardId failed_card;
  kernel::CardId paying_card;
  kernel::Amount amount;
  std::string processor_reference;
  // A principal, or empty.
  std::string requested_by;
};

// What RecordCharge needs to know besides the account.
struct Debtor {
  bool id_taken = false;
  // State of the subscription that is charged; nothing when it is a profile.
  std::optional<billing::v1::SubscriptionState> subscription_state = {};
  // The card that pays now.
  std::optional<kernel::CardId> card = {};
  // The profile that pays for the subscription.
  std::optional<kernel::BillingProfileId> billed_to = {};
  // Of the whole account.
  uint32_t unpaid_charges = 0;
};

// The subscription that a charge is for.
struct ChargedSubscription {
  kernel::SubscriptionId id;
  billing::v1::SubscriptionState state;
  uint32_t past_due_charges = 0;
};

// What a settlement was reported to be. A reference stands for one of them.
struct SettlementReport {
  kernel::CardId failed_card;
  kernel::CardId paying_card;
  // In the account's currency.
  int64_t amount_minor = 0;
  // A principal, or empty.
  std::string requested_by;
  friend bool operator==(const SettlementReport&, const SettlementReport&) = default;
};

// What SettleBalance needs to know.
struct Settlement {
  // What was reported under this reference before.
  std::optional<SettlementReport> reported_before = {};
  // Sums of the past-due charges.
  int64_t due_on_failed_minor = 0;
  int64_t due_on_paying_minor = 0;
  kernel::PayingCard paying_card;
};

// What a settlement pays.
struct SettledCharges {
  // The past-due charges on both cards, by id.
  std::vector<kernel::ChargeId> charges;
  // What owed them, and the profiles that had to pay, each once, by id.
  std::set<kernel::SubscriptionId> subscriptions;
  std::set<kernel::BillingProfileId> billing_profiles;
  // The PAST_DUE subscriptions of which nothing else is past due, by id.
  std::vector<kernel::SubscriptionId> become_current;
};

// What only the account's state shows to be malformed, asked before anything that the command
// names is looked up: an amount in another currency than the account's, or one that the sums
// of the account have no room for (`unpaid`: of the whole account). INVALID_REQUEST, never
// recorded: the request can be right nowhere.
std::optional<kernel::Refusal> Malformed(const RecordCharge& command,
                                         const account::AccountState& account,
                                         const kernel::Unpaid& unpaid);
std::optional<kernel::Refusal> Malformed(const SettleBalance& command,
                                         const account::AccountState& account);

// REQUIRES: role and etag were checked, the command is not Malformed, and everything that it
// names was found.
kernel::Decision Decide(const RecordCharge& command, const Debtor& debtor);
// `reported`: the same reference reported the same outcome of this charge before.
kernel::Decision Decide(const RecordPayment& command, const ChargeState& charge, bool reported,
                        const std::optional<ChargedSubscription>& subscription);
kernel::Decision Decide(const VoidCharge& command, const ChargeState& charge,
                        const std::optional<ChargedSubscription>& subscription);
// The facts about the charges; that the paying card takes the failed one's place follows.
// `settled` is asked only for a settlement that nothing refuses.
kernel::Decision Decide(const SettleBalance& command, const Settlement& settlement,
                        absl::FunctionRef<SettledCharges()> settled, kernel::Instant now);

}  // namespace billing::charge

#endif  // BILLING_AGGREGATES_CHARGE_CHARGE_H_
