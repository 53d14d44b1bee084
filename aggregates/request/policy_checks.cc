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
  if (policy.holding_states().empty()) return;
  const auto count = [&policy](v1::SubscriptionState state) {
    return std::count(policy.holding_states().begin(), policy.holding_states().end(), state);
  };
  const auto disabled = count(v1::SUBSCRIPTION_STATE_DISABLED);
  const auto cancelled = count(v1::SUBSCRIPTION_STATE_CANCELLED);
  const bool right = count(v1::SUBSCRIPTION_STATE_ACTIVE) == 1 &&
                     count(v1::SUBSCRIPTION_STATE_PAST_DUE) == 1 && disabled <= 1 &&
                     cancelled <= 1 && policy.holding_states_size() == 2 + disabled + cancelled;
  if (right) return;
  Add(path,
      "must hold SUBSCRIPTION_STATE_ACTIVE and SUBSCRIPTION_STATE_PAST_DUE, and may add "
      "SUBSCRIPTION_STATE_DISABLED and SUBSCRIPTION_STATE_CANCELLED, each once");
}

}  // namespace billing::request
