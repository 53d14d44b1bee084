#include <array>
#include <utility>

#include "projections/fold/effects.h"
#include "projections/fold/ids_in.h"
#include "projections/state/keys.h"

namespace billing::projections {
namespace {

using profile::BillingProfileState;

constexpr std::array kHolderClasses = {HolderClass::kDisabled, HolderClass::kCancelled,
                                       HolderClass::kRecurring, HolderClass::kReservation,
                                       HolderClass::kConsumption};

void AddTo(account::HolderCounts& counts, const account::HolderCounts& more) {
  for (size_t i = 0; i < counts.cells().size(); ++i) counts.cells()[i] += more.cells()[i];
}

void TakeFrom(account::HolderCounts& counts, const account::HolderCounts& less) {
  for (size_t i = 0; i < counts.cells().size(); ++i) counts.cells()[i] -= less.cells()[i];
}

}  // namespace

void Effects::On(const billing::v1::BillingProfileCreated& fact) {
  const auto& message = fact.billing_profile();
  const auto id = NewIdIn<kernel::BillingProfileId>(message.name());
  const auto card_id = IdIn<kernel::CardId>(message.card());
  profiles_.Add(id, {.display_name = message.display_name(),
                     .state = billing::v1::BILLING_PROFILE_STATE_ACTIVE,
                     .card = card_id,
                     .active_since = now_,
                     .create_time = now_,
                     .update_time = now_,
                     .etag = position_});
  ++head_.billing_profiles;
  rows_.Put(keys::ProfileByCard(number_, card_id, id.value()), "");
  card::CardState* card = FindCard(card_id);
  if (card != nullptr) ++card->active_profiles;
}

void Effects::ChangeProfile(
    std::string_view relative_name,
    absl::FunctionRef<void(const kernel::BillingProfileId&, BillingProfileState&)> change) {
  const auto id = IdIn<kernel::BillingProfileId>(relative_name);
  BillingProfileState* profile = FindProfile(id);
  if (profile == nullptr) return;
  change(id, *profile);
  profile->etag = position_;
  profile->update_time = now_;
}

void Effects::MoveCard(const kernel::BillingProfileId& id, BillingProfileState& profile,
                       const std::optional<kernel::CardId>& card_id) {
  const std::optional<kernel::CardId> previous = std::exchange(profile.card, card_id);
  profile.active_since = now_;
  card::CardState* from = previous ? FindCard(*previous) : nullptr;
  card::CardState* to = card_id ? FindCard(*card_id) : nullptr;
  if (from != nullptr) {
    --from->active_profiles;
    TakeFrom(from->holders, profile.holders);
    rows_.Delete(keys::ProfileByCard(number_, *previous, id.value()));
  }
  if (to != nullptr) {
    ++to->active_profiles;
    AddTo(to->holders, profile.holders);
    rows_.Put(keys::ProfileByCard(number_, *card_id, id.value()), "");
  }
  for (const HolderClass holder_class : kHolderClasses) {
    for (const auto& subscription :
         states_.BilledTo(number_, id, holder_class, "", account::kLiveSubscriptionsMax)) {
      if (previous) rows_.Delete(keys::Holder(number_, *previous, holder_class, subscription));
      if (card_id) rows_.Put(keys::Holder(number_, *card_id, holder_class, subscription), "");
    }
  }
}

void Effects::On(const billing::v1::PaymentMethodReplaced& fact) {
  ChangeProfile(fact.billing_profile(), [&](const auto& id, BillingProfileState& profile) {
    profile.pays_by_invoice = false;
    MoveCard(id, profile, IdIn<kernel::CardId>(fact.card()));
  });
}

void Effects::On(const billing::v1::PaymentMethodDetached& fact) {
  ChangeProfile(fact.billing_profile(), [this](const auto& id, BillingProfileState& profile) {
    profile.state = billing::v1::BILLING_PROFILE_STATE_INACTIVE;
    profile.pays_by_invoice = false;
    MoveCard(id, profile, std::nullopt);
  });
}

void Effects::On(const billing::v1::SwitchedToInvoice& fact) {
  if (fact.billing_profile().empty()) {
    Change(fact.subscription(), [](subscription::SubscriptionState& state) {
      state.card.reset();
      state.pays_by_invoice = true;
    });
    return;
  }
  ChangeProfile(fact.billing_profile(), [this](const auto& id, BillingProfileState& profile) {
    profile.pays_by_invoice = true;
    MoveCard(id, profile, std::nullopt);
  });
}

}  // namespace billing::projections
