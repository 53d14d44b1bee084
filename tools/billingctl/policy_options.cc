#include "tools/billingctl/policy_options.h"

#include <vector>

#include "absl/strings/str_join.h"
#include "billing/v1/subscription.pb.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

constexpr char kGroup[] = "Policy";
// What the server allows.
constexpr int kMaxCardsMost = 1'000;

billing::v1::Policy& PolicyOf(PolicyOptions& options) {
  if (options.policy == nullptr) options.policy = std::make_unique<billing::v1::Policy>();
  return *options.policy;
}

}  // namespace

void AddPolicyOptions(CLI::App* verb, const std::shared_ptr<PolicyOptions>& options) {
  const google::protobuf::EnumDescriptor& states = *billing::v1::SubscriptionState_descriptor();
  AddWordList(verb, {"--holding-states", "States that keep a card from being removed"},
              {"active", "past-due", "disabled", "cancelled"},
              [options, &states](const std::vector<std::string>& words) {
                for (const std::string& word : words) {
                  PolicyOf(*options).add_holding_states(
                      static_cast<billing::v1::SubscriptionState>(*NumberOf(states, word)));
                }
              })
      ->group(kGroup);
  AddEnum<billing::v1::Cascade>(
      verb, {"--cascade", "Which subscriptions follow a set-active"},
      [options](billing::v1::Cascade cascade) { PolicyOf(*options).set_cascade(cascade); })
      ->group(kGroup);
  AddEnum<billing::v1::ProfileManagers>(
      verb, {"--profile-managers", "Who replaces a billing profile's payment method"},
      [options](billing::v1::ProfileManagers managers) {
        PolicyOf(*options).set_profile_managers(managers);
      })
      ->group(kGroup);
  verb->add_flag_callback(
          "--require-payment-method",
          [options] { PolicyOf(*options).set_require_payment_method(true); },
          "The last card cannot be removed")
      ->group(kGroup);
  verb->add_flag_callback(
          "--require-card-country-match",
          [options] { PolicyOf(*options).set_require_card_country_match(true); },
          "A card's country must be the account's")
      ->group(kGroup);
  verb->add_option_function<int>(
          "--max-cards", [options](int cards) { PolicyOf(*options).set_max_cards(cards); },
          "Most cards at a time: 1 to 1000, default 100")
      ->check(CLI::Range(1, kMaxCardsMost))
      ->group(kGroup);
}

std::string HoldingStatesText(const billing::v1::Policy& policy) {
  return absl::StrJoin(policy.holding_states(), ", ", [](std::string* out, int state) {
    *out += WordOf(static_cast<billing::v1::SubscriptionState>(state));
  });
}

}  // namespace billing::billingctl
