#include "aggregates/kernel/decision.h"

#include <array>
#include <utility>

namespace billing::kernel {

namespace {

using Remedy = std::pair<std::string_view, std::string_view>;

// In the order in which a refusal lists them.
constexpr std::array kRemedies = {
    Remedy{"CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION",
           "Set another card active on this subscription (SetActive), or delete it once its "
           "retention period is over (DeleteSubscription)."},
    Remedy{"RECURRING_CHARGES",
           "Set another card active on this plan (SetActive), or cancel it (CancelSubscription)."},
    Remedy{"RESERVED_INSTANCES",
           "Set another card active on this reservation (SetActive), or cancel it "
           "(CancelSubscription)."},
    Remedy{"CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION",
           "Set another card active on this subscription (SetActive), or cancel it "
           "(CancelSubscription)."},
    Remedy{"CARD_IS_BILLING_PROFILE_DEFAULT",
           "Give this billing profile another card (ReplacePaymentMethod), or detach its card "
           "(DetachPaymentMethod)."},
    Remedy{"OUTSTANDING_CHARGES",
           "Pay this charge with another card (SettleBalance), or have it voided (VoidCharge)."},
    Remedy{"PENDING_CHARGES",
           "Wait until this charge is paid (RecordPayment), or have it voided (VoidCharge)."},
    Remedy{"LAST_PAYMENT_METHOD_REQUIRED",
           "Add another card to the account first (AddCard), or have its policy no longer "
           "require a payment method (SetPolicy)."},
};

}  // namespace

std::string RemedyFor(std::string_view type) {
  for (const auto& [known_type, remedy] : kRemedies) {
    if (known_type == type) return std::string(remedy);
  }
  return {};
}

}  // namespace billing::kernel
