#include "aggregates/kernel/decision.h"

#include <array>
#include <utility>

namespace billing::kernel {

namespace {

using Remedy = std::pair<std::string_view, std::string_view>;

// In the order in which a refusal lists them. A subscription stops holding a card under
// pay-as-you-go by another card, and a card or a profile under a customer agreement by another
// profile. Twenty blockers of one type, with ids of 63
// characters, fit into an error's details: the longer a type, the shorter its remedy.
constexpr std::array kRemedies = {
    Remedy{"CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION",
           "Use SetActive, ChangeBillingProfile or DeleteSubscription."},
    Remedy{"RECURRING_CHARGES",
           "Use SetActive, ChangeBillingProfile or CancelSubscription on this plan."},
    Remedy{"RESERVED_INSTANCES",
           "Use SetActive, ChangeBillingProfile or CancelSubscription on this reservation."},
    Remedy{"CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION",
           "Use SetActive, ChangeBillingProfile or CancelSubscription."},
    Remedy{"CARD_IS_BILLING_PROFILE_DEFAULT",
           "Set another card (ReplacePaymentMethod) or DetachPaymentMethod."},
    Remedy{"OUTSTANDING_CHARGES",
           "Pay it with another card (SettleBalance) or have it voided (VoidCharge)."},
    Remedy{"PENDING_CHARGES",
           "Wait until it is paid (RecordPayment) or have it voided (VoidCharge)."},
    Remedy{"LAST_PAYMENT_METHOD_REQUIRED",
           "Add another card first (AddCard) or no longer require one (SetPolicy)."},
};

}  // namespace

std::string RemedyFor(std::string_view type) {
  for (const auto& [known_type, remedy] : kRemedies) {
    if (known_type == type) return std::string(remedy);
  }
  return {};
}

}  // namespace billing::kernel
