#include <algorithm>
#include <string>

#include "aggregates/account/account.h"
#include "aggregates/request/field_checks.h"

namespace billing::request {

void FieldChecks::Policy(std::string_view path, const v1::Policy& policy) {
  const auto field = [path](std::string_view name) {
    return std::string(path).append(".").append(name);
  };
  HoldingStates(field("holding_states"), policy);
  KnownValue(field("cascade"), policy.cascade(), v1::Cascade_IsValid, Need::kOptional);
  KnownValue(field("profile_managers"), policy.profile_managers(), v1::ProfileManagers_IsValid,
             Need::kOptional);
  if (policy.max_cards() < 0 || policy.max_cards() > account::kCardsMaxLimit) {
    Add(field("max_cards"), "must be 1 to 1,000, or 0 for the default");
  }
}

void FieldChecks::HoldingStates(std::string_view path, const v1::Policy& policy) {
  // ACTIVE and PAST_DUE always hold, named or not: account::PolicyFrom.
  const bool right = std::ranges::all_of(policy.holding_states(), [](int state) {
    return state == v1::SUBSCRIPTION_STATE_ACTIVE || state == v1::SUBSCRIPTION_STATE_PAST_DUE ||
           state == v1::SUBSCRIPTION_STATE_DISABLED || state == v1::SUBSCRIPTION_STATE_CANCELLED;
  });
  if (right) return;
  Add(path,
      "may add SUBSCRIPTION_STATE_DISABLED and SUBSCRIPTION_STATE_CANCELLED to "
      "SUBSCRIPTION_STATE_ACTIVE and SUBSCRIPTION_STATE_PAST_DUE, and nothing else");
}

}  // namespace billing::request
