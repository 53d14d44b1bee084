#include "tests/support/commands.h"

#include "tests/support/facts.h"

namespace billing::given {

kernel::AccountId Account(const std::string& id) { return kernel::AccountId::FromStored(id); }
kernel::CardId Card(const std::string& id) { return kernel::CardId::FromStored(id); }
kernel::SubscriptionId Subscription(const std::string& id) {
  return kernel::SubscriptionId::FromStored(id);
}
kernel::BillingProfileId BillingProfile(const std::string& id) {
  return kernel::BillingProfileId::FromStored(id);
}

account::CreateBillingAccount CreateBillingAccount() {
  return {.account = Account(),
          .agreement = v1::AGREEMENT_PAY_AS_YOU_GO,
          .administrator = kernel::Principal::FromStored("users/alice"),
          .country = "NL",
          .currency = "EUR"};
}

account::SetPolicy SetPolicy(const account::Policy& policy) {
  return {.account = Account(), .policy = policy, .etag = {}};
}

card::AddCard AddCard(const std::string& id) {
  return {.account = Account(),
          .card = Card(id),
          .token = "tok-" + id,
          .brand = v1::BRAND_VISA,
          .funding = v1::FUNDING_CREDIT,
          .last_four = "1111",
          .expiry = kFarExpiry,
          .country = "NL",
          .subscription = {}};
}

card::AddCard AddCardAndSetActive(const std::string& id, const std::string& subscription) {
  card::AddCard command = AddCard(id);
  command.subscription = Subscription(subscription);
  command.set_active = true;
  return command;
}

card::UpdateCard UpdateExpiry(const std::string& id, kernel::YearMonth expiry) {
  return {.account = Account(), .card = Card(id), .expiry = expiry, .etag = {}};
}

card::UpdateCard UpdateHolderName(const std::string& id) {
  return {.account = Account(), .card = Card(id), .holder_name = true, .expiry = {}, .etag = {}};
}

card::RemoveCard RemoveCard(const std::string& id) {
  return {.account = Account(), .card = Card(id), .etag = {}};
}

subscription::CreateSubscription CreateSubscription(const std::string& id,
                                                    const std::string& card) {
  subscription::CreateSubscription command{.account = Account(),
                                           .subscription = Subscription(id),
                                           .kind = v1::SUBSCRIPTION_KIND_CONSUMPTION};
  if (!card.empty()) command.card = Card(card);
  return command;
}

subscription::UpdateSubscription UpdateSubscription(const std::string& id,
                                                    const std::string& display_name) {
  return {.account = Account(),
          .subscription = Subscription(id),
          .display_name = display_name,
          .etag = {}};
}

subscription::ChangeBillingProfile ChangeBillingProfile(const std::string& id,
                                                        const std::string& billing_profile) {
  return {.account = Account(),
          .subscription = Subscription(id),
          .billing_profile = BillingProfile(billing_profile),
          .etag = {}};
}

subscription::ChangeLifecycle DisableSubscription(const std::string& id) {
  return {subscription::Lifecycle::kDisable, Account(), Subscription(id), {}};
}

subscription::ChangeLifecycle CancelSubscription(const std::string& id) {
  return {subscription::Lifecycle::kCancel, Account(), Subscription(id), {}};
}

subscription::ChangeLifecycle ReactivateSubscription(const std::string& id) {
  return {subscription::Lifecycle::kReactivate, Account(), Subscription(id), {}};
}

subscription::ChangeLifecycle DeleteSubscription(const std::string& id) {
  return {subscription::Lifecycle::kDelete, Account(), Subscription(id), {}};
}

subscription::SetActive SetActive(const std::string& subscription, const std::string& card) {
  return {.account = Account(),
          .subscription = Subscription(subscription),
          .card = Card(card),
          .expected_current_card = {},
          .etag = {}};
}

}  // namespace billing::given
