#include "projections/fold/effects.h"
#include "projections/fold/ids_in.h"
#include "projections/state/keys.h"
#include "projections/state/row_codec.h"

namespace billing::projections {
namespace {

using subscription::SubscriptionState;

bool Runs(const SubscriptionState& state) {
  return state.state == billing::v1::SUBSCRIPTION_STATE_ACTIVE ||
         state.state == billing::v1::SUBSCRIPTION_STATE_PAST_DUE;
}

bool SameMethod(const SubscriptionState& a, const SubscriptionState& b) {
  return a.card == b.card && a.billing_profile == b.billing_profile &&
         a.pays_by_invoice == b.pays_by_invoice;
}

bool IsKind(billing::v1::SubscriptionKind kind) {
  return kind >= billing::v1::SUBSCRIPTION_KIND_CONSUMPTION &&
         billing::v1::SubscriptionKind_IsValid(kind);
}

// When the scheduler may delete it.
std::optional<kernel::Instant> RetentionEndOf(const SubscriptionState* state) {
  if (state == nullptr || Runs(*state) || !state->live()) return std::nullopt;
  return subscription::RetentionEnd(*state);
}

}  // namespace

void Effects::On(const billing::v1::SubscriptionCreated& fact) { Open(fact.subscription()); }

void Effects::Open(const billing::v1::Subscription& message) {
  if (!IsKind(message.kind())) return Contradict("opens a subscription of no known kind");
  Store(NewIdIn<kernel::SubscriptionId>(message.name()), nullptr,
        {
            .display_name = message.display_name(),
            .kind = message.kind(),
            .state = billing::v1::SUBSCRIPTION_STATE_ACTIVE,
            .card = OptionalIdIn<kernel::CardId>(message.card()),
            .billing_profile = OptionalIdIn<kernel::BillingProfileId>(message.billing_profile()),
            .active_since = now_,
            .create_time = now_,
            .update_time = now_,
            .etag = position_,
        });
}

void Effects::On(const billing::v1::SubscriptionUpdated& fact) {
  Change(fact.subscription().name(), [&](SubscriptionState& state) {
    for (const std::string& path : fact.update_mask().paths()) {
      if (path != "display_name") {
        return Contradict("changes a field of a subscription that no command can change");
      }
      state.display_name = fact.subscription().display_name();
    }
  });
}

void Effects::On(const billing::v1::BillingProfileChanged& fact) {
  Change(fact.subscription(), [&fact](SubscriptionState& state) {
    state.billing_profile = OptionalIdIn<kernel::BillingProfileId>(fact.billing_profile());
  });
}

void Effects::On(const billing::v1::SubscriptionDisabled& fact) {
  Change(fact.subscription(), [](SubscriptionState& state) {
    state.state = billing::v1::SUBSCRIPTION_STATE_DISABLED;
    state.disabled_by_platform = true;  // nobody else may
  });
}

void Effects::On(const billing::v1::SubscriptionCancelled& fact) {
  Change(fact.subscription(),
         [](SubscriptionState& state) { state.state = billing::v1::SUBSCRIPTION_STATE_CANCELLED; });
}

void Effects::On(const billing::v1::SubscriptionReactivated& fact) {
  Change(fact.subscription(), [](SubscriptionState& state) {
    state.state = billing::v1::SUBSCRIPTION_STATE_ACTIVE;
    state.disabled_by_platform = false;
  });
}

void Effects::On(const billing::v1::SubscriptionDeleted& fact) {
  Change(fact.subscription(), [](SubscriptionState& state) {
    state.state = billing::v1::SUBSCRIPTION_STATE_DELETED;
    state.disabled_by_platform = false;
    state.card.reset();
  });
}

void Effects::On(const billing::v1::SubscriptionBecamePastDue& fact) {
  Change(fact.subscription(),
         [](SubscriptionState& state) { state.state = billing::v1::SUBSCRIPTION_STATE_PAST_DUE; });
}

void Effects::On(const billing::v1::SubscriptionBecameCurrent& fact) {
  Change(fact.subscription(),
         [](SubscriptionState& state) { state.state = billing::v1::SUBSCRIPTION_STATE_ACTIVE; });
}

void Effects::Change(std::string_view relative_name,
                     absl::FunctionRef<void(SubscriptionState&)> change) {
  Note(IdIn<kernel::SubscriptionId>(relative_name), [&](SubscriptionState& state) {
    const SubscriptionState before = state;
    change(state);
    state.etag = position_;
    state.update_time = now_;
    if (!SameMethod(before, state)) state.active_since = now_;
    if (Runs(before) && !Runs(state)) state.inactive_since = now_;
  });
}

void Effects::Note(const kernel::SubscriptionId& id,
                   absl::FunctionRef<void(SubscriptionState&)> change) {
  const auto before = states_.Subscription(number_, id);
  if (!before) return Contradict("names a subscription that no record created");
  SubscriptionState after = *before;
  change(after);
  Store(id, &*before, after);
}

void Effects::Store(const kernel::SubscriptionId& id, const SubscriptionState* before,
                    const SubscriptionState& after) {
  const bool was_live = before != nullptr && before->live();
  const bool holds_the_same = was_live && before->card == after.card &&
                              before->billing_profile == after.billing_profile &&
                              before->state == after.state;
  if (was_live && !holds_the_same) Release(id, *before);
  if (after.live() && !holds_the_same) Hold(id, after);
  if (!was_live && after.live()) {
    rows_.Put(keys::LiveSubscription(number_, id.value()), "");
    ++head_.live_subscriptions;
  }
  if (was_live && !after.live()) {
    rows_.Delete(keys::LiveSubscription(number_, id.value()));
    --head_.live_subscriptions;
  }
  const auto ended = RetentionEndOf(before);
  const auto ends = RetentionEndOf(&after);
  if (ended != ends) {
    const std::string name = kernel::Relative(id);
    if (ended) rows_.Delete(keys::Deadline({*ended, number_, name}));
    if (ends) rows_.Put(keys::Deadline({*ends, number_, name}), "");
  }
  rows_.Put(keys::Subscription(number_, id.value()), Encode(after));
}

std::optional<kernel::CardId> Effects::PayingCardOf(const SubscriptionState& state) {
  if (!state.billing_profile) return state.card;
  const profile::BillingProfileState* profile = FindProfile(*state.billing_profile);
  return profile == nullptr ? std::nullopt : profile->card;
}

void Effects::Hold(const kernel::SubscriptionId& id, const SubscriptionState& state) {
  const HolderClass holder_class = ClassOf(state.state, state.kind);
  if (state.billing_profile) {
    profile::BillingProfileState* profile = FindProfile(*state.billing_profile);
    if (profile == nullptr) return;
    ++profile->holders.At(state.state, state.kind);
    rows_.Put(keys::BilledTo(number_, *state.billing_profile, holder_class, id), "");
  }
  const auto paying = PayingCardOf(state);
  if (!paying) return;
  card::CardState* card = FindCard(*paying);
  if (card == nullptr) return;
  ++card->holders.At(state.state, state.kind);
  rows_.Put(keys::Holder(number_, *paying, holder_class, id), "");
}

void Effects::Release(const kernel::SubscriptionId& id, const SubscriptionState& state) {
  const HolderClass holder_class = ClassOf(state.state, state.kind);
  if (state.billing_profile) {
    profile::BillingProfileState* profile = FindProfile(*state.billing_profile);
    if (profile == nullptr) return;
    --profile->holders.At(state.state, state.kind);
    rows_.Delete(keys::BilledTo(number_, *state.billing_profile, holder_class, id));
  }
  const auto paying = PayingCardOf(state);
  if (!paying) return;
  card::CardState* card = FindCard(*paying);
  if (card == nullptr) return;
  --card->holders.At(state.state, state.kind);
  rows_.Delete(keys::Holder(number_, *paying, holder_class, id));
}

}  // namespace billing::projections
