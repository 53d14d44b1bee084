#include "tests/model/invariants.h"

#include "absl/strings/str_cat.h"
#include "billing/storage/v1/record.pb.h"

namespace billing::model {
namespace {

using absl::StrCat;
using projections::StateReader;

constexpr size_t kAll = 1'000'000;

std::string IdIn(const std::string& name) { return name.substr(name.rfind('/') + 1); }

bool IsLiveCard(const StateReader& states, projections::AccountNumber number,
                const kernel::CardId& id) {
  const auto card = states.Card(number, id);
  return card && card->live();
}

// The card that pays for a subscription, its own or its profile's.
std::optional<kernel::CardId> PayingCard(const StateReader& states,
                                         projections::AccountNumber number,
                                         const subscription::SubscriptionState& subscription) {
  if (!subscription.billing_profile) return subscription.card;
  return states.BillingProfile(number, *subscription.billing_profile)->card;
}

}  // namespace

std::string CheckPaymentMethods(const StateReader& states, projections::AccountNumber number) {
  for (const auto& [id, each] : states.Subscriptions(number, "", kAll)) {
    if (!each.live()) {
      if (each.card) return StrCat("I1: ", id.value(), " is over and has a card");
      continue;
    }
    const int methods = int{each.card.has_value()} + int{each.pays_by_invoice} +
                        int{each.billing_profile.has_value()};
    if (methods > 1) return StrCat("I1: ", id.value(), " has several payment methods");
    if (each.card && !IsLiveCard(states, number, *each.card)) {
      return StrCat("I1, I2: ", id.value(), " names a card that is not live");
    }
    if (each.billing_profile && !states.BillingProfile(number, *each.billing_profile)) {
      return StrCat("I1: ", id.value(), " names a profile that is not there");
    }
  }
  for (const auto& [id, each] : states.BillingProfiles(number, "", kAll)) {
    if (each.active() && each.card.has_value() == each.pays_by_invoice) {
      return StrCat("I1: profile ", id.value(), " pays in no way, or in two");
    }
    if (!each.active() && (each.card || each.pays_by_invoice)) {
      return StrCat("I1: profile ", id.value(), " is INACTIVE and pays");
    }
    if (each.card && !IsLiveCard(states, number, *each.card)) {
      return StrCat("I2: profile ", id.value(), " names a card that is not live");
    }
  }
  return "";
}

std::string CheckRemovals(const kernel::Decision& decision, projections::AccountNumber number,
                          const StateReader& states) {
  const auto* facts = std::get_if<kernel::Facts>(&decision);
  if (facts == nullptr) return "";
  for (const v1::Event& fact : *facts) {
    if (fact.has_charge_recorded() && !fact.charge_recorded().charge().card().empty()) {
      const auto card = kernel::CardId::FromStored(IdIn(fact.charge_recorded().charge().card()));
      if (!IsLiveCard(states, number, card)) return "I2: a new charge names no live card";
    }
    if (!fact.has_card_removed()) continue;
    const auto card = kernel::CardId::FromStored(IdIn(fact.card_removed().card()));
    const account::Policy policy = states.Account(number)->policy;
    for (const auto& [id, each] : states.Subscriptions(number, "", kAll)) {
      if (!each.live() || PayingCard(states, number, each) != card) continue;
      if (policy.Holds(each.state) || each.state == v1::SUBSCRIPTION_STATE_ACTIVE ||
          each.state == v1::SUBSCRIPTION_STATE_PAST_DUE) {
        return StrCat("I3: removed while ", id.value(), " uses it");
      }
    }
    for (const auto& [id, each] : states.BillingProfiles(number, "", kAll)) {
      if (each.active() && each.card == card) return StrCat("I3: removed under ", id.value());
    }
    for (const auto& [id, each] : states.Charges(number, "", kAll)) {
      if (each.unpaid() && each.card == card) return StrCat("I3: removed owing ", id.value());
    }
  }
  return "";
}

std::string CheckCascades(const std::vector<v1::Event>& facts, projections::AccountNumber number,
                          const StateReader& states) {
  for (const v1::Event& fact : facts) {
    const v1::ActiveCardChanged& changed = fact.active_card_changed();
    const bool everybody = changed.cause() != v1::CHANGE_CAUSE_SETTLE &&
                           states.Account(number)->policy.cascade_all_subscriptions;
    std::string group;
    for (const v1::CardMove& move : changed.moves()) {
      const bool selected = changed.selected_subscription().empty() ||
                            move.subscription() == changed.selected_subscription();
      if (selected) group = IdIn(move.previous_card());
    }
    if (changed.moves().empty() || (group.empty() && !everybody)) continue;
    for (const auto& [id, each] : states.Subscriptions(number, "", kAll)) {
      if (!each.live() || !each.card) continue;
      const bool left =
          everybody ? each.card->value() != IdIn(changed.card()) : each.card->value() == group;
      if (left) return StrCat("I4: ", id.value(), " stayed behind on ", each.card->value());
    }
  }
  return "";
}

std::string CheckRecords(const Written& written) {
  const kernel::Caller& caller = written.context.caller;
  uint32_t index = 0;
  for (const std::string& bytes : written.records) {
    if (bytes.find(kCardNumber) != std::string::npos) return "I5: a card number is in the log";
    storage::v1::Record record;
    if (!record.ParseFromString(bytes)) return "I6: a record cannot be read";
    if (record.event().position() != written.head + 1 + index || record.index() != index) {
      return "I6: a record does not say where it stands";
    }
    if (index++ > 0) continue;
    const v1::Event& event = record.event();
    std::vector<std::string> roles(event.roles().begin(), event.roles().end());
    std::vector<std::string> expected;
    for (const auto role : kernel::RolesIn(caller.roles)) {
      expected.emplace_back(kernel::NameOf(role));
    }
    const bool traces =
        event.principal() == caller.principal.value() && roles == expected &&
        event.on_behalf_of() == (caller.on_behalf_of ? caller.on_behalf_of->value() : "") &&
        event.rules_version() == kernel::kRulesVersion &&
        record.command().commit_time_us() == written.context.now.us &&
        record.command().request_id() == written.request.request_id &&
        record.command().record_count() == written.records.size();
    if (!traces) return StrCat("I6: not what was commanded: ", record.ShortDebugString());
  }
  return index == 0 ? "I6: a judged command left no record" : "";
}

}  // namespace billing::model
