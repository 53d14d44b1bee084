#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "aggregates/kernel/names.h"
#include "billing/v1/event.pb.h"
#include "projections/fold/references.h"
#include "projections/history/history.h"

namespace billing::projections {
namespace {

using billing::v1::Event;

// A line names at most this many things of one kind; the rest is counted.
constexpr size_t kNamedMax = 5;

// `cards/visa` and `billingAccounts/acme/cards/visa` → `visa`.
std::string Bare(std::string_view name) { return std::string(kernel::IdOf(name)); }

// `cards/visa` and `billingAccounts/acme/cards/visa` → `card visa`.
std::string Kind(std::string_view name) {
  if (name.empty()) return "the account";
  const std::string id = Bare(name);
  name.remove_suffix(std::min(name.size(), id.size() + 1));
  const std::string collection = Bare(name);
  if (collection == kernel::kCards) return absl::StrCat("card ", id);
  if (collection == kernel::kSubscriptions) return absl::StrCat("subscription ", id);
  if (collection == kernel::kBillingProfiles) return absl::StrCat("billing profile ", id);
  return absl::StrCat("account ", id);
}

// `BRAND_VISA` → `VISA`.
std::string Short(const std::string& value, std::string_view prefix) {
  return value.starts_with(prefix) ? value.substr(prefix.size()) : value;
}

std::string Short(billing::v1::SubscriptionState state) {
  return Short(SubscriptionState_Name(state), "SUBSCRIPTION_STATE_");
}

std::string Month(const billing::v1::YearMonth& month) {
  return absl::StrFormat("%04d-%02d", month.year(), month.month());
}

// `a, b and 7 more`, of `total` in all.
std::string List(std::vector<std::string> names, size_t total) {
  const size_t named = std::min(names.size(), kNamedMax);
  const size_t rest = total - named;
  names.resize(named);
  return absl::StrCat(absl::StrJoin(names, ", "),
                      rest == 0 ? "" : absl::StrCat(" and ", rest, " more"));
}

std::string List(std::vector<std::string> names) {
  const size_t total = names.size();
  return List(std::move(names), total);
}

std::string Paths(const google::protobuf::FieldMask& mask) {
  return absl::StrJoin(mask.paths(), ", ");
}

std::string Words(const billing::v1::BillingAccountCreated& fact) {
  const auto& account = fact.billing_account();
  const bool pay_as_you_go = account.agreement() == billing::v1::AGREEMENT_PAY_AS_YOU_GO;
  return absl::StrCat("account ", Bare(account.name()), " opened for ", account.administrator(),
                      " (", pay_as_you_go ? "pay as you go" : "customer agreement", ", ",
                      account.country(), ", ", account.currency(), ")");
}

std::string Words(const billing::v1::PolicyChanged& fact) {
  const auto& policy = fact.policy();
  std::vector<std::string> words;
  for (const int state : policy.holding_states()) {
    words.push_back(Short(static_cast<billing::v1::SubscriptionState>(state)));
  }
  words = {absl::StrCat("cards are held by ", absl::StrJoin(words, ", ")),
           absl::StrCat("cascade ", Short(Cascade_Name(policy.cascade()), "CASCADE_")),
           absl::StrCat("profiles by ", Short(ProfileManagers_Name(policy.profile_managers()),
                                              "PROFILE_MANAGERS_")),
           absl::StrCat("at most ", policy.max_cards(), " cards")};
  if (policy.require_payment_method()) words.push_back("a payment method is required");
  if (policy.require_card_country_match()) words.push_back("a card's country must match");
  return absl::StrCat("policy set: ", absl::StrJoin(words, "; "));
}

std::string Words(const billing::v1::CardAdded& fact) {
  const auto& card = fact.card();
  return absl::StrCat(
      "card ", Bare(card.name()), " added",
      fact.subscription().empty() ? "" : absl::StrCat(" from ", Kind(fact.subscription())), " (",
      Short(Brand_Name(card.brand()), "BRAND_"), " …", card.last_four(), ", expires ",
      Month(card.expiry()), ")");
}

std::string Words(const billing::v1::CardUpdated& fact) {
  const auto& paths = fact.update_mask().paths();
  const bool expiry = std::find(paths.begin(), paths.end(), "expiry") != paths.end();
  return absl::StrCat("card ", Bare(fact.card().name()), " updated: ", Paths(fact.update_mask()),
                      expiry ? absl::StrCat(" (expires ", Month(fact.card().expiry()), ")") : "");
}

std::string Words(const billing::v1::ActiveCardChanged& fact) {
  std::vector<std::string> moves;
  moves.reserve(static_cast<size_t>(fact.moves_size()));
  for (const auto& move : fact.moves()) {
    moves.push_back(absl::StrCat(Bare(move.subscription()), " (",
                                 move.previous_card().empty()
                                     ? "had none"
                                     : absl::StrCat("was ", Bare(move.previous_card())),
                                 ")"));
  }
  return absl::StrCat("card ", Bare(fact.card()), " made active",
                      fact.selected_subscription().empty()
                          ? ""
                          : absl::StrCat(" on ", Kind(fact.selected_subscription())),
                      ", moving ", List(std::move(moves)));
}

std::string Words(const billing::v1::CardRemoved& fact) {
  std::vector<std::string> detached;
  for (const std::string& name : fact.detached_subscriptions()) detached.emplace_back(Bare(name));
  return absl::StrCat(
      "card ", Bare(fact.card()), " removed",
      detached.empty() ? "" : absl::StrCat(", leaving no card on ", List(std::move(detached))));
}

std::string Words(const billing::v1::SubscriptionCreated& fact) {
  const auto& subscription = fact.subscription();
  std::string method = "no payment method";
  if (!subscription.card().empty()) method = Kind(subscription.card());
  if (!subscription.billing_profile().empty()) method = Kind(subscription.billing_profile());
  return absl::StrCat("subscription ", Bare(subscription.name()), " created (",
                      Short(SubscriptionKind_Name(subscription.kind()), "SUBSCRIPTION_KIND_"), ", ",
                      method, ")");
}

std::string Words(const billing::v1::SubscriptionUpdated& fact) {
  return absl::StrCat("subscription ", Bare(fact.subscription().name()),
                      " updated: ", Paths(fact.update_mask()), " \"",
                      fact.subscription().display_name(), "\"");
}

std::string Words(const billing::v1::BillingProfileChanged& fact) {
  return absl::StrCat("subscription ", Bare(fact.subscription()), " billed to ",
                      Kind(fact.billing_profile()),
                      fact.previous_billing_profile().empty()
                          ? ""
                          : absl::StrCat(" (was ", Bare(fact.previous_billing_profile()), ")"));
}

// What a refused or empty command was about: the resources in its request.
std::string About(const billing::v1::Command& request) {
  std::vector<std::string> names;
  for (const std::string& name : ReferencesIn(request)) {
    const std::string kind = Kind(name);
    if (std::find(names.begin(), names.end(), kind) == names.end()) names.push_back(kind);
  }
  return names.empty() ? "" : absl::StrCat(" (", List(std::move(names)), ")");
}

std::string Words(const billing::v1::CommandRefused& fact) {
  std::vector<std::string> blockers;
  for (const auto& blocker : fact.blockers()) {
    blockers.push_back(absl::StrCat(blocker.type(), " ", Kind(blocker.subject())));
  }
  const std::string refused =
      absl::StrCat(fact.command(), About(fact.request()), " refused: ", fact.reason());
  if (blockers.empty()) return refused;
  const size_t total = std::max(blockers.size(), static_cast<size_t>(fact.blocker_count()));
  return absl::StrCat(refused, ": ", List(std::move(blockers), total));
}

std::string Words(const billing::v1::NothingChanged& fact) {
  return absl::StrCat(fact.command(), About(fact.request()), " had nothing to change");
}

}  // namespace

std::string Describe(const Event& event) {
  const auto subscription = [](const auto& fact, const char* change) {
    return absl::StrCat("subscription ", Bare(fact.subscription()), " ", change);
  };
  switch (event.data_case()) {
    case Event::kBillingAccountCreated:
      return Words(event.billing_account_created());
    case Event::kPolicyChanged:
      return Words(event.policy_changed());
    case Event::kCardAdded:
      return Words(event.card_added());
    case Event::kCardUpdated:
      return Words(event.card_updated());
    case Event::kActiveCardChanged:
      return Words(event.active_card_changed());
    case Event::kCardRemoved:
      return Words(event.card_removed());
    case Event::kSubscriptionCreated:
      return Words(event.subscription_created());
    case Event::kSubscriptionUpdated:
      return Words(event.subscription_updated());
    case Event::kBillingProfileChanged:
      return Words(event.billing_profile_changed());
    case Event::kSubscriptionDisabled:
      return subscription(event.subscription_disabled(), "disabled");
    case Event::kSubscriptionCancelled:
      return subscription(event.subscription_cancelled(), "cancelled");
    case Event::kSubscriptionReactivated:
      return subscription(event.subscription_reactivated(), "reactivated");
    case Event::kSubscriptionDeleted:
      return subscription(event.subscription_deleted(), "deleted");
    case Event::kCommandRefused:
      return Words(event.command_refused());
    case Event::kNothingChanged:
      return Words(event.nothing_changed());
    case Event::DATA_NOT_SET:
      break;
  }
  assert(false && "an event without a fact");
  return "";
}

}  // namespace billing::projections
