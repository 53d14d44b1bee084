#include "tools/replay/invariants.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"

namespace billing::replay {
namespace {

using billing::v1::Event;
using projections::AccountNumber;
using projections::StateReader;
using Wrong = std::optional<std::string>;

constexpr size_t kPageRows = 500;
constexpr size_t kOne = 1;

kernel::CardId CardIn(const std::string& name) {
  return kernel::CardId::FromStored(std::string(kernel::IdOf(name)));
}

// The account's things, looked at one by one.
class AccountCheck {
 public:
  AccountCheck(AccountNumber number, const StateReader& states)
      : number_(number), states_(states) {}

  Wrong Subscription(const kernel::SubscriptionId& id) const {
    const auto state = states_.Subscription(number_, id);
    return state ? Subscription(id, *state) : std::nullopt;
  }

  Wrong Subscription(const kernel::SubscriptionId& id,
                     const subscription::SubscriptionState& state) const {
    if (!state.live()) {
      if (!state.card) return std::nullopt;
      return absl::StrCat("I1: subscription ", id.value(), " is over and has a card");
    }
    const int methods = int{state.card.has_value()} + int{state.pays_by_invoice} +
                        int{state.billing_profile.has_value()};
    if (methods > 1) {
      return absl::StrCat("I1: subscription ", id.value(), " has several payment methods");
    }
    if (state.card && !IsLive(*state.card)) {
      return absl::StrCat("I2: subscription ", id.value(), " names the card ", state.card->value(),
                          ", which is not a live card of its account");
    }
    if (state.billing_profile && !states_.BillingProfile(number_, *state.billing_profile)) {
      return absl::StrCat("I1: subscription ", id.value(),
                          " is billed to a profile that is not there");
    }
    return std::nullopt;
  }

  Wrong Profile(const kernel::BillingProfileId& id) const {
    const auto state = states_.BillingProfile(number_, id);
    return state ? Profile(id, *state) : std::nullopt;
  }

  Wrong Profile(const kernel::BillingProfileId& id,
                const profile::BillingProfileState& state) const {
    if (state.active() && state.card.has_value() == state.pays_by_invoice) {
      return absl::StrCat("I1: billing profile ", id.value(), " pays in no way, or in two");
    }
    if (!state.active() && (state.card || state.pays_by_invoice)) {
      return absl::StrCat("I1: billing profile ", id.value(), " is INACTIVE and pays");
    }
    if (state.card && !IsLive(*state.card)) {
      return absl::StrCat("I2: billing profile ", id.value(), " names the card ",
                          state.card->value(), ", which is not a live card of its account");
    }
    return std::nullopt;
  }

  // I3.
  Wrong Removal(const kernel::CardId& card) const {
    const auto account = states_.Account(number_);
    // Of an account that the same command opens nothing is known yet, nor does it hold a card.
    if (!account) return std::nullopt;
    for (const auto& id : states_.AllHolders(number_, card)) {
      const auto state = states_.Subscription(number_, id);
      if (!state || !account->policy.Holds(state->state)) continue;
      return absl::StrCat("I3: the card ", card.value(), " is removed while subscription ",
                          id.value(), " uses it");
    }
    if (!states_.ProfilesWith(number_, card, "", kOne).empty()) {
      return absl::StrCat("I3: the card ", card.value(),
                          " is removed while a billing profile has it");
    }
    for (const auto charge_class :
         {projections::ChargeClass::kPastDue, projections::ChargeClass::kPending}) {
      const std::string scope = absl::StrCat("cards/", card.value());
      if (states_.UnpaidCharges(number_, scope, charge_class, "", kOne).empty()) continue;
      return absl::StrCat("I3: the card ", card.value(),
                          " is removed while a charge on it is unpaid");
    }
    return std::nullopt;
  }

  // I4. Under the wider cascade nobody who pays by card keeps another one.
  Wrong Cascade(const billing::v1::ActiveCardChanged& fact) const {
    const bool everybody = fact.cause() != billing::v1::CHANGE_CAUSE_SETTLE &&
                           states_.Account(number_)->policy.cascade_all_subscriptions;
    if (everybody) return EverybodyHas(CardIn(fact.card()));
    for (const auto& move : fact.moves()) {
      const bool selected = fact.selected_subscription().empty() ||
                            move.subscription() == fact.selected_subscription();
      if (!selected || move.previous_card().empty()) continue;
      const auto left = states_.AllHolders(number_, CardIn(move.previous_card()));
      if (left.empty()) continue;
      return absl::StrCat("I4: subscription ", left.front().value(), " stayed behind on the card ",
                          CardIn(move.previous_card()).value());
    }
    return std::nullopt;
  }

  // I2 of a new charge, whose card is named before it is folded.
  Wrong Charge(const billing::v1::Charge& charge) const {
    if (charge.card().empty() || IsLive(CardIn(charge.card()))) return std::nullopt;
    return absl::StrCat("I2: the charge ", std::string(kernel::IdOf(charge.name())),
                        " names a card that is not a live card of its account");
  }

  Wrong Everything() const {
    std::string after;
    for (auto page = states_.Subscriptions(number_, after, kPageRows); !page.empty();
         page = states_.Subscriptions(number_, after, kPageRows)) {
      for (const auto& [id, state] : page) {
        if (auto wrong = Subscription(id, state)) return wrong;
      }
      after = page.back().first.value();
    }
    after.clear();
    for (auto page = states_.BillingProfiles(number_, after, kPageRows); !page.empty();
         page = states_.BillingProfiles(number_, after, kPageRows)) {
      for (const auto& [id, state] : page) {
        if (auto wrong = Profile(id, state)) return wrong;
      }
      after = page.back().first.value();
    }
    return std::nullopt;
  }

 private:
  bool IsLive(const kernel::CardId& id) const {
    const auto card = states_.PayingCard(number_, id);
    return card && card->live;
  }

  Wrong EverybodyHas(const kernel::CardId& card) const {
    std::string after;
    for (auto page = states_.LiveSubscriptions(number_, after, kPageRows); !page.empty();
         page = states_.LiveSubscriptions(number_, after, kPageRows)) {
      for (const auto& id : page) {
        const auto state = states_.Subscription(number_, id);
        if (!state || !state->card || *state->card == card) continue;
        return absl::StrCat("I4: subscription ", id.value(), " stayed behind on the card ",
                            state->card->value());
      }
      after = page.back().value();
    }
    return std::nullopt;
  }

  const AccountNumber number_;
  const StateReader& states_;
};

// A subscription or a profile that a fact names.
Wrong CheckSubject(const AccountCheck& check, std::string_view name) {
  const std::string_view id = kernel::IdOf(name);
  if (name.starts_with("subscriptions/")) {
    return check.Subscription(kernel::SubscriptionId::FromStored(std::string(id)));
  }
  if (name.starts_with("billingProfiles/")) {
    return check.Profile(kernel::BillingProfileId::FromStored(std::string(id)));
  }
  return std::nullopt;
}

bool ChangesNothing(const Event& event) {
  return event.has_command_refused() || event.has_nothing_changed();
}

}  // namespace

Wrong CheckBefore(std::span<const storage::v1::Record* const> records, const StateReader& states) {
  for (const auto* record : records) {
    const AccountCheck check(record->account(), states);
    const Event& event = record->event();
    Wrong wrong;
    if (event.has_card_removed()) wrong = check.Removal(CardIn(event.card_removed().card()));
    if (event.has_charge_recorded()) wrong = check.Charge(event.charge_recorded().charge());
    if (wrong) return wrong;
  }
  return std::nullopt;
}

Wrong CheckAfter(const storage::v1::Record& record, std::span<const std::string_view> subjects,
                 const StateReader& states) {
  const Event& event = record.event();
  if (ChangesNothing(event)) return std::nullopt;
  const AccountCheck check(record.account(), states);
  for (const std::string_view subject : subjects) {
    if (auto wrong = CheckSubject(check, subject)) return wrong;
  }
  if (event.has_active_card_changed()) return check.Cascade(event.active_card_changed());
  if (!event.has_card_removed()) return std::nullopt;
  // What named the card without holding it has none any more.
  const auto card = CardIn(event.card_removed().card());
  if (states.AllHolders(record.account(), card).empty()) return std::nullopt;
  return absl::StrCat("I2: a live subscription names the removed card ", card.value());
}

Wrong CheckEverything(const StateReader& states) {
  std::string after;
  for (auto page = states.Accounts(after, kPageRows); !page.empty();
       page = states.Accounts(after, kPageRows)) {
    for (const auto& [id, number] : page) {
      if (auto wrong = AccountCheck(number, states).Everything()) {
        return absl::StrCat("account ", id.value(), ": ", *wrong);
      }
    }
    after = page.back().first.value();
  }
  return std::nullopt;
}

}  // namespace billing::replay
