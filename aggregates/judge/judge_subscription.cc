#include "aggregates/judge/case.h"

namespace billing::judge {
namespace {

using kernel::Decision;
using kernel::Reason;
using kernel::Refusal;

// What the subscription would pay with, were it reactivated.
subscription::PaymentMethod MethodOf(const Case& c,
                                     const subscription::SubscriptionState& subscription) {
  subscription::PaymentMethod method{.by_invoice = subscription.pays_by_invoice};
  if (subscription.card) {
    const auto card = c.states.Card(c.number, *subscription.card);
    if (card) method.card = PayingCardOf(*card);
  }
  if (subscription.billing_profile) {
    const auto profile = c.states.BillingProfile(c.number, *subscription.billing_profile);
    method.active_profile = profile && profile->active();
  }
  return method;
}

}  // namespace

Decision JudgeIn(const Case& c, const subscription::CreateSubscription& command) {
  const auto newcomer = NewcomerFor(c, command);
  if (const auto* refusal = std::get_if<Refusal>(&newcomer)) return *refusal;
  return Decide(command, c.account, std::get<subscription::Newcomer>(newcomer), c.context.now);
}

Decision JudgeIn(const Case& c, const subscription::UpdateSubscription& command) {
  const auto subscription = SubjectOf(c, command.subscription, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&subscription)) return *refusal;
  return Decide(command, std::get<subscription::SubscriptionState>(subscription));
}

Decision JudgeIn(const Case& c, const subscription::ChangeBillingProfile& command) {
  const auto found = SubjectOf(c, command.subscription, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto profile = c.states.BillingProfile(c.number, command.billing_profile);
  const bool has_profiles = c.account.agreement == v1::AGREEMENT_CUSTOMER_AGREEMENT;
  if (!profile && has_profiles) return Refusal{Reason::kBillingProfileNotFound};
  return Decide(command, c.account, std::get<subscription::SubscriptionState>(found),
                profile && profile->active());
}

Decision JudgeIn(const Case& c, const subscription::ChangeLifecycle& command) {
  const auto found = SubjectOf(c, command.subscription, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& subscription = std::get<subscription::SubscriptionState>(found);
  subscription::PaymentMethod method;
  if (command.change == subscription::Lifecycle::kReactivate) method = MethodOf(c, subscription);
  return Decide(command, subscription, method, c.context.now);
}

Decision JudgeIn(const Case& c, const subscription::SwitchToInvoice& command) {
  const auto found = SubjectOf(c, command.subscription, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  return Decide(command, c.account, std::get<subscription::SubscriptionState>(found),
                c.head().unpaid.past_due_count);
}

}  // namespace billing::judge
