#include "tests/support/facts.h"

#include "aggregates/kernel/names.h"

namespace billing::given {
namespace {

std::string CardName(const std::string& id) { return id.empty() ? "" : "cards/" + id; }
std::string SubscriptionName(const std::string& id) {
  return id.empty() ? "" : "subscriptions/" + id;
}
std::string ProfileName(const std::string& id) { return id.empty() ? "" : "billingProfiles/" + id; }

}  // namespace

v1::Event BillingAccountCreated(const AccountOptions& options) {
  v1::Event fact;
  auto& account = *fact.mutable_billing_account_created()->mutable_billing_account();
  account.set_name(kernel::AccountName(options.id));
  account.set_agreement(options.agreement);
  account.set_administrator(options.administrator);
  account.set_country(options.country);
  account.set_currency("EUR");
  account.set_business(options.business);
  *account.mutable_policy() = account::ToMessage(options.policy);
  return fact;
}

v1::Event CustomerAccountCreated(const std::string& id) {
  return BillingAccountCreated({.id = id, .agreement = v1::AGREEMENT_CUSTOMER_AGREEMENT});
}

v1::Event PolicyChanged(const account::Policy& policy) {
  v1::Event fact;
  *fact.mutable_policy_changed()->mutable_policy() = account::ToMessage(policy);
  return fact;
}

v1::Event BillingAccountReclassified(bool business) {
  v1::Event fact;
  auto& updated = *fact.mutable_billing_account_updated();
  updated.mutable_billing_account()->set_business(business);
  updated.mutable_update_mask()->add_paths("business");
  return fact;
}

v1::Event RoleGranted(const std::string& principal, v1::Role role,
                      const std::string& billing_profile) {
  v1::Event fact;
  fact.mutable_role_granted()->set_principal(principal);
  fact.mutable_role_granted()->set_role(role);
  fact.mutable_role_granted()->set_billing_profile(ProfileName(billing_profile));
  return fact;
}

v1::Event RoleRevoked(const std::string& principal, v1::Role role,
                      const std::string& billing_profile) {
  v1::Event fact;
  fact.mutable_role_revoked()->set_principal(principal);
  fact.mutable_role_revoked()->set_role(role);
  fact.mutable_role_revoked()->set_billing_profile(ProfileName(billing_profile));
  return fact;
}

v1::Event AdministratorChanged(const std::string& administrator, const std::string& previous) {
  v1::Event fact;
  fact.mutable_administrator_changed()->set_administrator(administrator);
  fact.mutable_administrator_changed()->set_previous_administrator(previous);
  return fact;
}

v1::Event InvoicePaymentRequested() {
  v1::Event fact;
  fact.mutable_invoice_payment_requested();
  return fact;
}

v1::Event InvoicePaymentApproved() {
  v1::Event fact;
  fact.mutable_invoice_payment_approved();
  return fact;
}

v1::Event InvoicePaymentRejected() {
  v1::Event fact;
  fact.mutable_invoice_payment_rejected();
  return fact;
}

v1::Event CardAdded(const std::string& id, const CardOptions& options) {
  v1::Event fact;
  auto& card = *fact.mutable_card_added()->mutable_card();
  card.set_name(CardName(id));
  card.set_token(options.token.empty() ? "tok-" + id : options.token);
  card.set_fingerprint(options.fingerprint);
  card.set_brand(v1::BRAND_VISA);
  card.set_funding(v1::FUNDING_CREDIT);
  card.set_last_four("1111");
  card.mutable_expiry()->set_year(options.expiry.year);
  card.mutable_expiry()->set_month(options.expiry.month);
  card.set_country("NL");
  fact.mutable_card_added()->set_subscription(SubscriptionName(options.subscription));
  return fact;
}

v1::Event CardUpdated(const std::string& id, const std::vector<std::string>& paths,
                      std::optional<kernel::YearMonth> expiry) {
  v1::Event fact;
  auto& updated = *fact.mutable_card_updated();
  updated.mutable_card()->set_name(CardName(id));
  for (const std::string& path : paths) updated.mutable_update_mask()->add_paths(path);
  if (expiry) {
    updated.mutable_card()->mutable_expiry()->set_year(expiry->year);
    updated.mutable_card()->mutable_expiry()->set_month(expiry->month);
  }
  return fact;
}

v1::Event CardRemoved(const std::string& id, const std::vector<std::string>& detached) {
  v1::Event fact;
  fact.mutable_card_removed()->set_card(CardName(id));
  for (const std::string& subscription : detached) {
    fact.mutable_card_removed()->add_detached_subscriptions(SubscriptionName(subscription));
  }
  return fact;
}

v1::Event SubscriptionCreated(const std::string& id, const std::string& card,
                              v1::SubscriptionKind kind) {
  v1::Event fact;
  auto& subscription = *fact.mutable_subscription_created()->mutable_subscription();
  subscription.set_name(SubscriptionName(id));
  subscription.set_kind(kind);
  subscription.set_card(CardName(card));
  return fact;
}

v1::Event SubscriptionUpdated(const std::string& id, const std::string& display_name) {
  v1::Event fact;
  auto& updated = *fact.mutable_subscription_updated();
  updated.mutable_subscription()->set_name(SubscriptionName(id));
  updated.mutable_subscription()->set_display_name(display_name);
  updated.mutable_update_mask()->add_paths("display_name");
  return fact;
}

v1::Event SubscriptionDisabled(const std::string& id) {
  v1::Event fact;
  fact.mutable_subscription_disabled()->set_subscription(SubscriptionName(id));
  return fact;
}

v1::Event SubscriptionCancelled(const std::string& id) {
  v1::Event fact;
  fact.mutable_subscription_cancelled()->set_subscription(SubscriptionName(id));
  return fact;
}

v1::Event SubscriptionReactivated(const std::string& id) {
  v1::Event fact;
  fact.mutable_subscription_reactivated()->set_subscription(SubscriptionName(id));
  return fact;
}

v1::Event SubscriptionDeleted(const std::string& id) {
  v1::Event fact;
  fact.mutable_subscription_deleted()->set_subscription(SubscriptionName(id));
  return fact;
}

v1::Event SubscriptionBecamePastDue(const std::string& id) {
  v1::Event fact;
  fact.mutable_subscription_became_past_due()->set_subscription(SubscriptionName(id));
  return fact;
}

v1::Event SubscriptionBecameCurrent(const std::string& id) {
  v1::Event fact;
  fact.mutable_subscription_became_current()->set_subscription(SubscriptionName(id));
  return fact;
}

v1::Event ActiveCardChanged(const std::string& selected, const std::string& card,
                            const Moves& moves, v1::ChangeCause cause) {
  v1::Event fact;
  auto& changed = *fact.mutable_active_card_changed();
  changed.set_selected_subscription(SubscriptionName(selected));
  changed.set_card(CardName(card));
  for (const auto& [subscription, previous_card] : moves) {
    auto& move = *changed.add_moves();
    move.set_subscription(SubscriptionName(subscription));
    move.set_previous_card(CardName(previous_card));
  }
  changed.set_cause(cause);
  return fact;
}

}  // namespace billing::given
