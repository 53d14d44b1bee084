// The billing account: who pays, under which agreement and policy.
#ifndef BILLING_AGGREGATES_ACCOUNT_ACCOUNT_H_
#define BILLING_AGGREGATES_ACCOUNT_ACCOUNT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"
#include "aggregates/kernel/unpaid.h"
#include "billing/v1/billing_account.pb.h"

namespace billing::account {

// Hard limits of every account. Source: design page "The domain", Account policy.
inline constexpr uint32_t kLiveSubscriptionsMax = 2'000;
inline constexpr uint32_t kBillingProfilesMax = 1'000;
// Not in the design page: an answer shows all of them.
inline constexpr uint32_t kRoleBindingsMax = 1'000;
// Not in the design page: PENDING or PAST_DUE, of the whole account. One settlement pays them
// all by one fact, which names each, and whatever owes it, and has to fit into a record
// (eventstore::EventLog::kRecordBytesMax): with the longest names it takes 841,000 bytes.
inline constexpr uint32_t kUnpaidChargesMax = 5'000;
inline constexpr int kCardsMaxDefault = 100;
inline constexpr int kCardsMaxLimit = 1'000;

// The account's rules, defaults filled in.
struct Policy {
  // ACTIVE and PAST_DUE always hold a card; these two may.
  bool disabled_holds = false;
  bool cancelled_holds = false;
  bool cascade_all_subscriptions = false;
  bool signed_up_user_manages_profiles = false;
  bool require_payment_method = false;
  bool require_card_country_match = false;
  int max_cards = kCardsMaxDefault;

  // Whether a subscription in this state keeps its card from being removed.
  bool Holds(billing::v1::SubscriptionState state) const;
  friend bool operator==(const Policy&, const Policy&) = default;
};

// From a policy message whose values were checked, and back with every field set.
Policy PolicyFrom(const billing::v1::Policy& message);
billing::v1::Policy ToMessage(const Policy& policy);

struct AccountState {
  kernel::AccountId id;
  std::string display_name;
  billing::v1::Agreement agreement;
  kernel::Principal administrator;
  bool business = false;
  std::string country;
  std::string currency;
  Policy policy;
  billing::v1::InvoicePaymentState invoice_payment;
  kernel::Instant create_time;
  uint64_t etag = 0;
  uint64_t key_slot = 0;
  uint32_t key_generation = 0;
};

// What every command of the account changes: kept apart because it is small.
struct AccountHead {
  uint64_t stream_revision = 0;
  uint32_t live_cards = 0;
  uint32_t live_subscriptions = 0;
  // Ever made: a profile is never deleted.
  uint32_t billing_profiles = 0;
  uint32_t role_bindings = 0;
  kernel::Unpaid unpaid;
};

// A role that was granted; the administrator's is not among them.
struct RoleBinding {
  kernel::Principal principal;
  billing::v1::Role role;  // OWNER, CONTRIBUTOR or READER
  // The profile that it is limited to; nothing: the whole account.
  std::optional<kernel::BillingProfileId> billing_profile;
  friend auto operator<=>(const RoleBinding&, const RoleBinding&) = default;
};

struct CreateBillingAccount {
  kernel::AccountId account;
  std::string display_name;
  billing::v1::Agreement agreement;
  kernel::Principal administrator;
  bool business = false;
  std::string country;
  std::string currency;
  Policy policy;
};

struct SetPolicy {
  kernel::AccountId account;
  Policy policy;
  std::optional<uint64_t> etag;
};

struct UpdateBillingAccount {
  kernel::AccountId account;
  // What the mask names.
  std::optional<std::string> display_name;
  std::optional<bool> business;
  std::optional<uint64_t> etag;
};

struct GrantRole {
  kernel::AccountId account;
  // Its role may be ADMINISTRATOR, which is refused.
  RoleBinding binding;
  std::optional<uint64_t> etag;
};

struct RevokeRole {
  kernel::AccountId account;
  RoleBinding binding;
  std::optional<uint64_t> etag;
};

struct HandOverAdministrator {
  kernel::AccountId account;
  kernel::Principal principal;
  std::optional<uint64_t> etag;
};

struct RequestInvoicePayment {
  kernel::AccountId account;
  std::optional<uint64_t> etag;
};

struct DecideInvoicePayment {
  kernel::AccountId account;
  bool approved = false;
  std::optional<uint64_t> etag;
};

// REQUIRES: the caller's role was checked, so was the etag, and a profile that the command
// names was found.
kernel::Decision Decide(const CreateBillingAccount& command, bool id_taken);
kernel::Decision Decide(const SetPolicy& command, const AccountState& account);
kernel::Decision Decide(const UpdateBillingAccount& command, const AccountState& account);
// `granted`: the account has this very binding; `bindings`: how many it has in all.
kernel::Decision Decide(const GrantRole& command, const AccountState& account, bool granted,
                        uint32_t bindings);
kernel::Decision Decide(const RevokeRole& command, const AccountState& account, bool granted);
kernel::Decision Decide(const HandOverAdministrator& command, const AccountState& account);
kernel::Decision Decide(const RequestInvoicePayment& command, const AccountState& account,
                        const kernel::Unpaid& unpaid);
kernel::Decision Decide(const DecideInvoicePayment& command, const AccountState& account);

}  // namespace billing::account

#endif  // BILLING_AGGREGATES_ACCOUNT_ACCOUNT_H_
