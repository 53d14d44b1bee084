#include <utility>

#include "projections/fold/effects.h"
#include "projections/fold/ids_in.h"
#include "projections/state/keys.h"

namespace billing::projections {
namespace {

using storage::v1::SealedFields;

constexpr int kMonthMax = 12;
constexpr int kYearMax = 9'999;

bool SameKey(const SealedFields& a, const SealedFields& b) {
  return a.slot() == b.slot() && a.generation() == b.generation();
}

// The card's sealed fields once those that the update names have their new values; an
// empty value clears. Bytes under another key were erased with it and are not kept.
SealedFields Updated(SealedFields fields, const SealedFields& update, bool holder_name,
                     bool billing_address) {
  const bool seals = !update.holder_name().empty() || !update.billing_address().empty();
  if (seals && !SameKey(fields, update)) {
    fields.Clear();
    fields.set_slot(update.slot());
    fields.set_generation(update.generation());
  }
  if (holder_name) fields.set_holder_name(update.holder_name());
  if (billing_address) fields.set_billing_address(update.billing_address());
  return fields;
}

}  // namespace

kernel::YearMonth Effects::ExpiryIn(const billing::v1::YearMonth& expiry) {
  const kernel::YearMonth month{expiry.year(), expiry.month()};
  const bool is_month =
      1 <= month.month && month.month <= kMonthMax && 0 <= month.year && month.year <= kYearMax;
  if (!is_month) Contradict("gives a card an expiry that is no month");
  return month;
}

void Effects::On(const billing::v1::CardAdded& fact) {
  const auto& message = fact.card();
  const auto id = NewIdIn<kernel::CardId>(message.name());
  card::CardState state{
      .token = message.token(),
      .fingerprint = message.fingerprint(),
      .brand = message.brand(),
      .funding = message.funding(),
      .is_virtual = message.virtual_(),
      .last_four = message.last_four(),
      .expiry = ExpiryIn(message.expiry()),
      .country = message.country(),
      .state = billing::v1::CARD_STATE_LIVE,
      .create_time = now_,
      .update_time = now_,
      .etag = position_,
      .key_slot = record_.key_slot(),
      .personal = record_.personal(),
  };
  cards_.Add(id, std::move(state));
  rows_.Put(keys::CardByToken(number_, message.token()), id.value());
  if (!message.fingerprint().empty()) {
    rows_.Put(keys::CardByFingerprint(number_, message.fingerprint()), id.value());
  }
  ++head_.live_cards;
}

void Effects::On(const billing::v1::CardUpdated& fact) {
  card::CardState* card = FindCard(IdIn<kernel::CardId>(fact.card().name()));
  if (card == nullptr) return;
  bool holder_name = false;
  bool billing_address = false;
  for (const std::string& path : fact.update_mask().paths()) {
    if (path == "holder_name") {
      holder_name = true;
    } else if (path == "billing_address") {
      billing_address = true;
    } else if (path == "expiry") {
      card->expiry = ExpiryIn(fact.card().expiry());
    } else {
      Contradict("changes a field of a card that no command can change");
    }
  }
  card->personal =
      Updated(std::move(card->personal), record_.personal(), holder_name, billing_address);
  card->etag = position_;
  card->update_time = now_;
}

void Effects::On(const billing::v1::CardRemoved& fact) {
  for (const std::string& subscription : fact.detached_subscriptions()) {
    Change(subscription, [](subscription::SubscriptionState& state) { state.card.reset(); });
  }
  card::CardState* card = FindCard(IdIn<kernel::CardId>(fact.card()));
  if (card == nullptr) return;
  if (!card->live()) return Contradict("removes a card that was removed before");
  if (card->holders.Total() != 0) return Contradict("removes a card that still pays");
  card->state = billing::v1::CARD_STATE_REMOVED;
  card->etag = position_;
  card->update_time = now_;
  rows_.Delete(keys::CardByToken(number_, card->token));
  if (!card->fingerprint.empty()) {
    rows_.Delete(keys::CardByFingerprint(number_, card->fingerprint));
  }
  --head_.live_cards;
}

void Effects::On(const billing::v1::ActiveCardChanged& fact) {
  const kernel::CardId card = IdIn<kernel::CardId>(fact.card());
  for (const auto& move : fact.moves()) {
    Change(move.subscription(),
           [&card](subscription::SubscriptionState& state) { state.card = card; });
  }
}

}  // namespace billing::projections
