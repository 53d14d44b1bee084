#include "aggregates/judge/roles.h"

#include <algorithm>
#include <cassert>
#include <variant>

namespace billing::judge {
namespace {

struct Row {
  Deed deed;
  bool administrator;
  bool biller;
  bool operators;
};

constexpr Row kWhoMay[] = {
    {Deed::kManageCards, true, false, false},       {Deed::kSetActive, true, false, false},
    {Deed::kManageSubscriptions, true, true, true}, {Deed::kStopSubscriptions, false, true, true},
    {Deed::kManageAccounts, false, false, true},
};

const Row& RowOf(Deed deed) {
  const auto* row = std::ranges::find(kWhoMay, deed, &Row::deed);
  assert(row != std::end(kWhoMay));
  return *row;
}

Deed DeedFor(const account::CreateBillingAccount&) { return Deed::kManageAccounts; }
Deed DeedFor(const account::SetPolicy&) { return Deed::kManageAccounts; }
Deed DeedFor(const card::AddCard&) { return Deed::kManageCards; }
Deed DeedFor(const card::UpdateCard&) { return Deed::kManageCards; }
Deed DeedFor(const card::RemoveCard&) { return Deed::kManageCards; }
Deed DeedFor(const subscription::SetActive&) { return Deed::kSetActive; }
Deed DeedFor(const subscription::CreateSubscription&) { return Deed::kManageSubscriptions; }
Deed DeedFor(const subscription::UpdateSubscription&) { return Deed::kManageSubscriptions; }
Deed DeedFor(const subscription::ChangeBillingProfile&) { return Deed::kManageSubscriptions; }
Deed DeedFor(const subscription::ChangeLifecycle& command) {
  switch (command.change) {
    case subscription::Lifecycle::kCancel:
    case subscription::Lifecycle::kReactivate:
      return Deed::kManageSubscriptions;
    case subscription::Lifecycle::kDisable:
    case subscription::Lifecycle::kDelete:
      return Deed::kStopSubscriptions;
  }
  assert(false);
  return Deed::kStopSubscriptions;
}

}  // namespace

Deed DeedOf(const Command& command) {
  return std::visit([](const auto& any) { return DeedFor(any); }, command);
}

bool PlatformAllows(Deed deed, const kernel::Caller& caller) {
  const Row& row = RowOf(deed);
  const kernel::PlatformRoles roles = caller.acting_roles();
  return (row.biller && roles.Has(kernel::PlatformRole::kBiller)) ||
         (row.operators && roles.Has(kernel::PlatformRole::kOperator));
}

bool AccountAllows(Deed deed, const kernel::Caller& caller, const account::AccountState& account) {
  return RowOf(deed).administrator && caller.actor() == account.administrator;
}

bool IsHeldByPlatform(const subscription::SubscriptionState& subscription) {
  // The flag outlives a cancellation: else cancelling would hand the subscription back.
  return subscription.disabled_by_platform &&
         (subscription.state == v1::SUBSCRIPTION_STATE_DISABLED ||
          subscription.state == v1::SUBSCRIPTION_STATE_CANCELLED);
}

}  // namespace billing::judge
