#include "aggregates/profile/profile.h"

#include <cassert>
#include <utility>

#include "aggregates/kernel/names.h"

namespace billing::profile {

using kernel::Decision;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

v1::Event PaymentMethodReplaced(const kernel::BillingProfileId& billing_profile,
                                const kernel::CardId& card,
                                const std::optional<kernel::CardId>& previous_card) {
  v1::Event fact;
  v1::PaymentMethodReplaced& replaced = *fact.mutable_payment_method_replaced();
  replaced.set_billing_profile(kernel::Relative(billing_profile));
  replaced.set_card(kernel::Relative(card));
  if (previous_card) replaced.set_previous_card(kernel::Relative(*previous_card));
  return fact;
}

Decision Decide(const CreateBillingProfile& command, const account::AccountState& account,
                const Newcomer& newcomer, kernel::Instant now) {
  if (account.agreement != v1::AGREEMENT_CUSTOMER_AGREEMENT) {
    return Refusal{Reason::kAgreementNotSupported};
  }
  if (newcomer.id_taken) {
    return Refusal{.reason = Reason::kBillingProfileAlreadyExists,
                   .resources = {{"billing_profile", kernel::Relative(command.billing_profile)}}};
  }
  if (newcomer.billing_profiles >= account::kBillingProfilesMax) {
    return Refusal{Reason::kBillingProfileLimitReached};
  }
  if (const auto error = CardError(newcomer.card, now)) return Refusal{*error};

  v1::Event fact;
  v1::BillingProfile& profile = *fact.mutable_billing_profile_created()->mutable_billing_profile();
  profile.set_name(kernel::Relative(command.billing_profile));
  profile.set_display_name(command.display_name);
  profile.set_card(kernel::Relative(command.card));
  return kernel::FactsOf(std::move(fact));
}

Decision Decide(const ReplacePaymentMethod& command, const BillingProfileState& profile,
                const kernel::PayingCard& card, kernel::Instant now) {
  if (!profile.active()) return Refusal{Reason::kBillingProfileInactive};
  if (const auto error = CardError(card, now)) return Refusal{*error};
  if (profile.card == command.card) return NothingToChange{};
  return kernel::FactsOf(
      PaymentMethodReplaced(command.billing_profile, command.card, profile.card));
}

Decision Decide(const DetachPaymentMethod& command, const BillingProfileState& profile,
                const kernel::Blockers& blockers) {
  if (!profile.active()) return NothingToChange{};
  if (blockers.count > 0) {
    assert(blockers.first.size() <= kernel::kBlockersPerRefusal);
    return Refusal{.reason = Reason::kPaymentMethodNotEligibleForDetach,
                   .blockers = blockers.first,
                   .blocker_count = blockers.count};
  }
  v1::Event fact;
  v1::PaymentMethodDetached& detached = *fact.mutable_payment_method_detached();
  detached.set_billing_profile(kernel::Relative(command.billing_profile));
  if (profile.card) detached.set_previous_card(kernel::Relative(*profile.card));
  return kernel::FactsOf(std::move(fact));
}

Decision Decide(const SwitchToInvoice& command, const account::AccountState& account,
                const BillingProfileState& profile, uint32_t past_due_charges) {
  if (!profile.active()) return Refusal{Reason::kBillingProfileInactive};
  if (account.invoice_payment != v1::INVOICE_PAYMENT_STATE_APPROVED) {
    return Refusal{Reason::kInvoicePaymentNotApproved};
  }
  if (past_due_charges > 0) return Refusal{Reason::kOutstandingCharges};
  if (profile.pays_by_invoice) return NothingToChange{};

  v1::Event fact;
  v1::SwitchedToInvoice& switched = *fact.mutable_switched_to_invoice();
  switched.set_billing_profile(kernel::Relative(command.billing_profile));
  if (profile.card) switched.set_previous_card(kernel::Relative(*profile.card));
  return kernel::FactsOf(std::move(fact));
}

}  // namespace billing::profile
