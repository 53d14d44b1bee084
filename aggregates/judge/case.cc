#include "aggregates/judge/case.h"

namespace billing::judge {

using kernel::Reason;
using kernel::Refusal;

OrRefusal<subscription::SubscriptionState> SubjectOf(const Case& c,
                                                     const kernel::SubscriptionId& id,
                                                     const std::optional<uint64_t>& etag) {
  auto subscription = c.states.Subscription(c.number, id);
  if (subscription && c.deed == Deed::kManageSubscriptions && !c.by_platform &&
      subscription->disabled_by_platform) {
    return Refusal{Reason::kRoleRequired};
  }
  return AtVersion(std::move(subscription), Reason::kSubscriptionNotFound, etag);
}

OrRefusal<card::CardState> SubjectOf(const Case& c, const kernel::CardId& id,
                                     const std::optional<uint64_t>& etag) {
  return AtVersion(c.states.Card(c.number, id), Reason::kCardNotFound, etag);
}

OrRefusal<profile::BillingProfileState> SubjectOf(const Case& c, const kernel::BillingProfileId& id,
                                                  const std::optional<uint64_t>& etag) {
  return AtVersion(c.states.BillingProfile(c.number, id), Reason::kBillingProfileNotFound, etag);
}

OrRefusal<charge::ChargeState> SubjectOf(const Case& c, const kernel::ChargeId& id,
                                         const std::optional<uint64_t>& etag) {
  return AtVersion(c.states.Charge(c.number, id), Reason::kChargeNotFound, etag);
}

std::vector<kernel::SubscriptionId> StoredSubscriptions::PaidBy(const kernel::CardId& card) const {
  return case_.states.AllHolders(case_.number, card);
}

std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionState>>
StoredSubscriptions::All() const {
  std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionState>> all;
  for (kernel::SubscriptionId& id :
       case_.states.LiveSubscriptions(case_.number, "", account::kLiveSubscriptionsMax)) {
    auto state = case_.states.Subscription(case_.number, id);
    // Only an unreadable row can be missing here; then the decision means nothing.
    if (state) all.emplace_back(std::move(id), *std::move(state));
  }
  return all;
}

OrRefusal<subscription::Newcomer> NewcomerFor(const Case& c,
                                              const subscription::CreateSubscription& command) {
  subscription::Newcomer newcomer;
  if (command.card) {
    newcomer.card = c.states.PayingCard(c.number, *command.card);
    if (!newcomer.card) return Refusal{Reason::kCardNotFound};
  }
  const bool has_profiles = c.account.agreement == v1::AGREEMENT_CUSTOMER_AGREEMENT;
  if (command.billing_profile && has_profiles) {
    const auto profile = c.states.BillingProfile(c.number, *command.billing_profile);
    if (!profile) return Refusal{Reason::kBillingProfileNotFound};
    newcomer.active_profile = profile->active();
  }
  newcomer.id_taken = c.states.Subscription(c.number, command.subscription).has_value();
  newcomer.live_subscriptions = c.head().live_subscriptions;
  return newcomer;
}

}  // namespace billing::judge
