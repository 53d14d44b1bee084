#include <cassert>

#include "aggregates/kernel/names.h"
#include "projections/fold/effects.h"
#include "projections/state/keys.h"
#include "projections/state/row_codec.h"

namespace billing::projections {
namespace {

using subscription::SubscriptionState;

kernel::SubscriptionId SubscriptionIdIn(std::string_view relative_name) {
  return kernel::SubscriptionId::FromStored(std::string(kernel::IdOf(relative_name)));
}

template <class Id>
std::optional<Id> OptionalIdIn(std::string_view relative_name) {
  if (relative_name.empty()) return std::nullopt;
  return Id::FromStored(std::string(kernel::IdOf(relative_name)));
}

bool Runs(const SubscriptionState& state) {
  return state.state == billing::v1::SUBSCRIPTION_STATE_ACTIVE ||
         state.state == billing::v1::SUBSCRIPTION_STATE_PAST_DUE;
}

bool SameMethod(const SubscriptionState& a, const SubscriptionState& b) {
  return a.card == b.card && a.billing_profile == b.billing_profile &&
         a.pays_by_invoice == b.pays_by_invoice;
}

}  // namespace

void Effects::On(const billing::v1::SubscriptionCreated& fact) {
  const auto& message = fact.subscription();
  Store(SubscriptionIdIn(message.name()), nullptr,
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
  Change(fact.subscription().name(), [&fact](SubscriptionState& state) {
    for (const std::string& path : fact.update_mask().paths()) {
      assert(path == "display_name");
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
  Change(fact.subscription(), [this](SubscriptionState& state) {
    state.state = billing::v1::SUBSCRIPTION_STATE_DISABLED;
    state.disabled_by_platform = !CalledByAdministrator();
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
    state.card.reset();
  });
}

void Effects::Change(std::string_view relative_name,
                     absl::FunctionRef<void(SubscriptionState&)> change) {
  const kernel::SubscriptionId id = SubscriptionIdIn(relative_name);
  const auto before = states_.Subscription(number_, id);
  if (!before) {
    assert(!rows_.status().ok() && "a fact names a subscription that no record created");
    return;
  }
  SubscriptionState after = *before;
  change(after);
  after.etag = position_;
  after.update_time = now_;
  if (!SameMethod(*before, after)) after.active_since = now_;
  if (Runs(*before) && !Runs(after)) after.inactive_since = now_;
  Store(id, &*before, after);
}

void Effects::Store(const kernel::SubscriptionId& id, const SubscriptionState* before,
                    const SubscriptionState& after) {
  const bool was_live = before != nullptr && before->live();
  const bool holds_the_same =
      was_live && before->card == after.card && before->state == after.state;
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
  rows_.Put(keys::Subscription(number_, id.value()), Encode(after));
}

void Effects::Hold(const kernel::SubscriptionId& id, const SubscriptionState& state) {
  if (!state.card) return;
  card::CardState* card = cards_.Find(*state.card);
  if (card == nullptr) return;
  ++card->holders.At(state.state, state.kind);
  rows_.Put(keys::Holder(number_, *state.card, ClassOf(state.state, state.kind), id), "");
}

void Effects::Release(const kernel::SubscriptionId& id, const SubscriptionState& state) {
  if (!state.card) return;
  card::CardState* card = cards_.Find(*state.card);
  if (card == nullptr) return;
  --card->holders.At(state.state, state.kind);
  rows_.Delete(keys::Holder(number_, *state.card, ClassOf(state.state, state.kind), id));
}

}  // namespace billing::projections
