// The billing profile: under a customer agreement it has the payment method of the
// subscriptions that are billed to it.
#ifndef BILLING_AGGREGATES_PROFILE_PROFILE_H_
#define BILLING_AGGREGATES_PROFILE_PROFILE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "aggregates/account/account.h"
#include "aggregates/account/holder_counts.h"
#include "aggregates/kernel/decision.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/paying_card.h"
#include "aggregates/kernel/time.h"
#include "aggregates/kernel/unpaid.h"
#include "billing/v1/billing_profile.pb.h"

namespace billing::profile {

struct BillingProfileState {
  std::string display_name;
  billing::v1::BillingProfileState state;
  std::optional<kernel::CardId> card;
  bool pays_by_invoice = false;
  // Since when it has the payment method that it has now.
  kernel::Instant active_since;
  kernel::Instant create_time;
  kernel::Instant update_time;
  uint64_t etag = 0;
  // Live subscriptions that are billed to it.
  account::HolderCounts holders;
  // Charges of it, and of subscriptions that were billed to it when they were charged.
  kernel::Unpaid unpaid;

  bool active() const { return state == billing::v1::BILLING_PROFILE_STATE_ACTIVE; }
};

struct CreateBillingProfile {
  kernel::AccountId account;
  kernel::BillingProfileId billing_profile;
  std::string display_name;
  kernel::CardId card;
};

struct ReplacePaymentMethod {
  kernel::AccountId account;
  kernel::BillingProfileId billing_profile;
  kernel::CardId card;
  std::optional<uint64_t> etag;
};

struct DetachPaymentMethod {
  kernel::AccountId account;
  kernel::BillingProfileId billing_profile;
  std::optional<uint64_t> etag;
};

// Pays by invoice from now on: this profile alone.
struct SwitchToInvoice {
  kernel::AccountId account;
  kernel::BillingProfileId billing_profile;
  std::optional<uint64_t> etag;
};

// What CreateBillingProfile needs to know besides the account.
struct Newcomer {
  bool id_taken = false;
  uint32_t billing_profiles = 0;
  kernel::PayingCard card;
};

// REQUIRES: role and etag were checked, and everything that the command names was found.
kernel::Decision Decide(const CreateBillingProfile& command, const account::AccountState& account,
                        const Newcomer& newcomer, kernel::Instant now);
kernel::Decision Decide(const ReplacePaymentMethod& command, const BillingProfileState& profile,
                        const kernel::PayingCard& card, kernel::Instant now);
kernel::Decision Decide(const DetachPaymentMethod& command, const BillingProfileState& profile,
                        const kernel::Blockers& blockers);
// `past_due_charges`: of the whole account.
kernel::Decision Decide(const SwitchToInvoice& command, const account::AccountState& account,
                        const BillingProfileState& profile, uint32_t past_due_charges);

// The fact of a profile that gets another card, in whatever command.
billing::v1::Event PaymentMethodReplaced(const kernel::BillingProfileId& billing_profile,
                                         const kernel::CardId& card,
                                         const std::optional<kernel::CardId>& previous_card);

}  // namespace billing::profile

#endif  // BILLING_AGGREGATES_PROFILE_PROFILE_H_
