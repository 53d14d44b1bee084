#include "aggregates/card/card.h"

#include <cassert>

#include "aggregates/card/country_rules.h"
#include "aggregates/kernel/names.h"

namespace billing::card {
namespace {

using kernel::Decision;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

void SetExpiry(kernel::YearMonth expiry, v1::Card& card) {
  card.mutable_expiry()->set_year(expiry.year);
  card.mutable_expiry()->set_month(expiry.month);
}

v1::Event CardAdded(const AddCard& command) {
  v1::Event fact;
  v1::Card& card = *fact.mutable_card_added()->mutable_card();
  card.set_name(kernel::Relative(command.card));
  card.set_token(command.token);
  card.set_fingerprint(command.fingerprint);
  card.set_brand(command.brand);
  card.set_funding(command.funding);
  card.set_virtual_(command.is_virtual);
  card.set_last_four(command.last_four);
  SetExpiry(command.expiry, card);
  card.set_country(command.country);
  if (command.subscription) {
    fact.mutable_card_added()->set_subscription(kernel::Relative(*command.subscription));
  }
  return fact;
}

v1::Event CardUpdated(const UpdateCard& command) {
  v1::Event fact;
  v1::CardUpdated& updated = *fact.mutable_card_updated();
  updated.mutable_card()->set_name(kernel::Relative(command.card));
  if (command.holder_name) updated.mutable_update_mask()->add_paths("holder_name");
  if (command.billing_address) updated.mutable_update_mask()->add_paths("billing_address");
  if (command.expiry) {
    updated.mutable_update_mask()->add_paths("expiry");
    SetExpiry(*command.expiry, *updated.mutable_card());
  }
  return fact;
}

v1::Event CardRemoved(const RemoveCard& command, const Removal& removal) {
  v1::Event fact;
  v1::CardRemoved& removed = *fact.mutable_card_removed();
  removed.set_card(kernel::Relative(command.card));
  for (const kernel::SubscriptionId& subscription : removal.detached_subscriptions) {
    removed.add_detached_subscriptions(kernel::Relative(subscription));
  }
  return fact;
}

}  // namespace

Decision Decide(const AddCard& command, const account::AccountState& account, const Wallet& wallet,
                kernel::Instant now) {
  if (wallet.same_card) {
    return Refusal{.reason = Reason::kCardAlreadyExists,
                   .resources = {{"card", kernel::Relative(*wallet.same_card)}}};
  }
  if (kernel::HasExpired(command.expiry, now)) return Refusal{Reason::kCardExpired};
  if (command.funding == v1::FUNDING_PREPAID || command.is_virtual) {
    return Refusal{Reason::kCardTypeNotSupported};
  }
  if (command.funding == v1::FUNDING_DEBIT && !TakesDebitCards(account.country)) {
    return Refusal{Reason::kDebitNotSupportedInCountry};
  }
  if (!TakesBrand(account.country, command.brand)) {
    return Refusal{Reason::kCardBrandNotSupportedInCountry};
  }
  if (account.policy.require_card_country_match && command.country != account.country) {
    return Refusal{Reason::kCardCountryMismatch};
  }
  if (wallet.live_cards >= static_cast<uint32_t>(account.policy.max_cards)) {
    return Refusal{Reason::kCardLimitReached};
  }
  return kernel::FactsOf(CardAdded(command));
}

Decision Decide(const UpdateCard& command, const CardState& card, kernel::Instant now) {
  if (command.immutable_field) return Refusal{Reason::kCardNumberImmutable};
  if (!card.live()) return Refusal{Reason::kCardRemoved};
  if (command.expiry && kernel::HasExpired(*command.expiry, now)) {
    return Refusal{Reason::kCardExpired};
  }
  // No rule reads a sealed field, so one that the mask names counts as a change.
  const bool changes = command.holder_name || command.billing_address ||
                       (command.expiry && *command.expiry != card.expiry);
  if (!changes) return NothingToChange{};
  return kernel::FactsOf(CardUpdated(command));
}

Decision Decide(const RemoveCard& command, const Removal& removal) {
  if (removal.blocker_count > 0) {
    assert(removal.first_blockers.size() <= kernel::kBlockersPerRefusal);
    return Refusal{.reason = Reason::kCardNotRemovable,
                   .blockers = removal.first_blockers,
                   .blocker_count = removal.blocker_count};
  }
  return kernel::FactsOf(CardRemoved(command, removal));
}

}  // namespace billing::card
