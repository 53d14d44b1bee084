#include <algorithm>
#include <cassert>
#include <span>

#include "aggregates/kernel/names.h"
#include "aggregates/subscription/subscription.h"

namespace billing::subscription {
namespace {

using kernel::Decision;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

constexpr v1::SubscriptionState kRunning[] = {v1::SUBSCRIPTION_STATE_ACTIVE,
                                              v1::SUBSCRIPTION_STATE_PAST_DUE};
constexpr v1::SubscriptionState kRunningOrDisabled[] = {v1::SUBSCRIPTION_STATE_ACTIVE,
                                                        v1::SUBSCRIPTION_STATE_PAST_DUE,
                                                        v1::SUBSCRIPTION_STATE_DISABLED};
constexpr v1::SubscriptionState kStopped[] = {v1::SUBSCRIPTION_STATE_DISABLED,
                                              v1::SUBSCRIPTION_STATE_CANCELLED};

// Source: design page "The domain", States.
struct Transition {
  Lifecycle change;
  std::span<const v1::SubscriptionState> from;
  v1::SubscriptionState to;
};
constexpr Transition kTransitions[] = {
    {Lifecycle::kDisable, kRunning, v1::SUBSCRIPTION_STATE_DISABLED},
    {Lifecycle::kCancel, kRunningOrDisabled, v1::SUBSCRIPTION_STATE_CANCELLED},
    {Lifecycle::kReactivate, kStopped, v1::SUBSCRIPTION_STATE_ACTIVE},
    {Lifecycle::kDelete, kStopped, v1::SUBSCRIPTION_STATE_DELETED},
};

const Transition& TransitionOf(Lifecycle change) {
  const auto* transition = std::ranges::find(kTransitions, change, &Transition::change);
  assert(transition != std::end(kTransitions));
  return *transition;
}

bool IsUsable(const PaymentMethod& method, kernel::Instant now) {
  if (method.by_invoice || method.active_profile) return true;
  return method.card && !kernel::CardError(*method.card, now);
}

v1::Event FactOf(Lifecycle change, const std::string& name) {
  v1::Event fact;
  switch (change) {
    case Lifecycle::kDisable:
      fact.mutable_subscription_disabled()->set_subscription(name);
      break;
    case Lifecycle::kCancel:
      fact.mutable_subscription_cancelled()->set_subscription(name);
      break;
    case Lifecycle::kReactivate:
      fact.mutable_subscription_reactivated()->set_subscription(name);
      break;
    case Lifecycle::kDelete:
      fact.mutable_subscription_deleted()->set_subscription(name);
      break;
  }
  return fact;
}

}  // namespace

kernel::Instant RetentionEnd(const SubscriptionState& subscription) {
  return {subscription.inactive_since.us + kRetentionDays * kernel::kMicrosecondsPerDay};
}

Decision Decide(const ChangeLifecycle& command, const SubscriptionState& subscription,
                const PaymentMethod& method, kernel::Instant now) {
  const Transition& transition = TransitionOf(command.change);
  if (subscription.state == transition.to) return NothingToChange{};
  if (std::ranges::find(transition.from, subscription.state) == transition.from.end()) {
    return Refusal{Reason::kInvalidSubscriptionState};
  }
  if (command.change == Lifecycle::kReactivate) {
    if (subscription.past_due_charges > 0) return Refusal{Reason::kOutstandingCharges};
    if (!IsUsable(method, now)) return Refusal{Reason::kNoUsablePaymentMethod};
  }
  if (command.change == Lifecycle::kDelete && now < RetentionEnd(subscription)) {
    return Refusal{Reason::kRetentionPeriodActive};
  }
  return kernel::FactsOf(FactOf(command.change, kernel::Relative(command.subscription)));
}

}  // namespace billing::subscription
