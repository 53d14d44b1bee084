// What the model's things look like to a reader, and what its commands answer.
#include <variant>

#include "tests/model/model.h"
#include "tests/model/money.h"

namespace billing::model {
namespace {

void SetTime(Time time, google::protobuf::Timestamp& message) {
  message.set_seconds(time / kSecond);
  message.set_nanos(static_cast<int32_t>(time % kSecond * 1'000));
}

std::string Etag(uint64_t position) { return "\"" + std::to_string(position) + "\""; }

}  // namespace

v1::BillingAccount AccountMessage(const Account& account) {
  v1::BillingAccount message;
  message.set_display_name(account.display_name);
  message.set_agreement(account.agreement);
  message.set_administrator(account.administrator);
  message.set_business(account.business);
  message.set_country(account.country);
  message.set_currency(account.currency);
  *message.mutable_policy() = account.policy;
  auto& administrator = *message.add_roles();
  administrator.set_principal(account.administrator);
  administrator.set_role(v1::ROLE_ADMINISTRATOR);
  // A set of grants is in the order of principal, profile and role already.
  for (const auto& [principal, profile, role] : account.grants) {
    auto& binding = *message.add_roles();
    binding.set_principal(principal);
    binding.set_role(role);
    binding.set_billing_profile(Name("billingProfiles", profile));
  }
  message.set_invoice_payment(account.invoice);
  SetTime(account.created, *message.mutable_create_time());
  message.set_etag(Etag(account.etag));
  return message;
}

v1::Card CardMessage(const Account& account, const std::string& id, Time now) {
  const Card& card = account.cards.at(id);
  v1::Card message;
  message.set_name(Name("cards", id));
  message.set_token(card.token);
  message.set_fingerprint(card.fingerprint);
  message.set_brand(card.brand);
  message.set_funding(card.funding);
  message.set_last_four(card.last_four);
  message.mutable_expiry()->set_year(card.expiry_year);
  message.mutable_expiry()->set_month(card.expiry_month);
  message.set_country(card.country);
  message.set_state(card.removed ? v1::CARD_STATE_REMOVED : v1::CARD_STATE_LIVE);
  message.set_expired(card.ExpiredAt(now));
  bool in_use = !account.ProfilesWith(id).empty();
  for (const std::string& subscription : account.PaidBy(id)) {
    in_use = in_use || account.Holds(account.subscriptions.at(subscription).state);
  }
  message.set_in_use(in_use);
  SetTime(card.created, *message.mutable_create_time());
  SetTime(card.updated, *message.mutable_update_time());
  message.set_etag(Etag(card.etag));
  return message;
}

v1::Subscription SubscriptionMessage(const Account& account, const std::string& id) {
  const Subscription& subscription = account.subscriptions.at(id);
  v1::Subscription message;
  message.set_name(Name("subscriptions", id));
  message.set_display_name(subscription.display_name);
  message.set_kind(subscription.kind);
  message.set_state(subscription.state);
  message.set_card(Name("cards", subscription.card));
  message.set_billing_profile(Name("billingProfiles", subscription.profile));
  message.set_pays_by_invoice(subscription.by_invoice);
  SetTime(subscription.method_since, *message.mutable_active_since());
  SetTime(subscription.created, *message.mutable_create_time());
  SetTime(subscription.updated, *message.mutable_update_time());
  message.set_etag(Etag(subscription.etag));
  return message;
}

v1::BillingProfile ProfileMessage(const Account& account, const std::string& id) {
  const Profile& profile = account.profiles.at(id);
  v1::BillingProfile message;
  message.set_name(Name("billingProfiles", id));
  message.set_display_name(profile.display_name);
  message.set_state(profile.active ? v1::BILLING_PROFILE_STATE_ACTIVE
                                   : v1::BILLING_PROFILE_STATE_INACTIVE);
  message.set_card(Name("cards", profile.card));
  message.set_pays_by_invoice(profile.by_invoice);
  SetTime(profile.created, *message.mutable_create_time());
  SetTime(profile.updated, *message.mutable_update_time());
  message.set_etag(Etag(profile.etag));
  return message;
}

v1::Charge ChargeMessage(const Account& account, const std::string& id) {
  const Charge& charge = account.charges.at(id);
  v1::Charge message;
  message.set_name(Name("charges", id));
  message.set_subscription(Name("subscriptions", charge.subscription));
  message.set_billing_profile(Name("billingProfiles", charge.profile));
  message.set_card(Name("cards", charge.card));
  *message.mutable_amount() = MoneyOf(charge.minor, account.currency);
  if (charge.due) SetTime(*charge.due, *message.mutable_due_time());
  message.set_state(charge.state);
  message.set_network_code(charge.network_code);
  message.set_advice_code(charge.advice_code);
  message.set_reason(charge.reason);
  message.set_kind(charge.kind);
  SetTime(charge.created, *message.mutable_create_time());
  SetTime(charge.updated, *message.mutable_update_time());
  message.set_etag(Etag(charge.etag));
  return message;
}

v1::Transfer TransferMessage(const Account& account, const std::string& id, Time now) {
  const Transfer& transfer = account.transfers.at(id);
  v1::Transfer message;
  message.set_name(Name("transfers", id));
  message.set_subscription(Name("subscriptions", transfer.subscription));
  message.set_to_billing_account("billingAccounts/" + transfer.to_account);
  message.set_state(transfer.StateAt(now));
  SetTime(transfer.sent, *message.mutable_send_time());
  SetTime(transfer.Deadline(), *message.mutable_expire_time());
  message.set_etag(Etag(transfer.etag));
  return message;
}

}  // namespace billing::model
