#include "tests/support/payment_facts.h"

#include "tests/support/facts.h"

namespace billing::given {
namespace {

std::string Named(const std::string& collection, const std::string& id) {
  return id.empty() ? "" : collection + "/" + id;
}
std::string CardName(const std::string& id) { return Named("cards", id); }
std::string SubscriptionName(const std::string& id) { return Named("subscriptions", id); }
std::string ProfileName(const std::string& id) { return Named("billingProfiles", id); }
std::string ChargeName(const std::string& id) { return Named("charges", id); }
std::string TransferName(const std::string& id) { return Named("transfers", id); }
std::string AccountName(const std::string& id) { return Named("billingAccounts", id); }

std::string ReferenceFor(const std::string& charge, const std::string& reference) {
  return reference.empty() ? "ref-" + charge : reference;
}

}  // namespace

v1::Event BillingProfileCreated(const std::string& id, const std::string& card) {
  v1::Event fact;
  auto& profile = *fact.mutable_billing_profile_created()->mutable_billing_profile();
  profile.set_name(ProfileName(id));
  profile.set_card(CardName(card));
  return fact;
}

v1::Event PaymentMethodReplaced(const std::string& profile, const std::string& card,
                                const std::string& previous_card) {
  v1::Event fact;
  auto& replaced = *fact.mutable_payment_method_replaced();
  replaced.set_billing_profile(ProfileName(profile));
  replaced.set_card(CardName(card));
  replaced.set_previous_card(CardName(previous_card));
  return fact;
}

v1::Event PaymentMethodDetached(const std::string& profile, const std::string& previous_card) {
  v1::Event fact;
  fact.mutable_payment_method_detached()->set_billing_profile(ProfileName(profile));
  fact.mutable_payment_method_detached()->set_previous_card(CardName(previous_card));
  return fact;
}

v1::Event SubscriptionCreatedUnder(const std::string& profile, const std::string& id,
                                   v1::SubscriptionKind kind) {
  v1::Event fact = SubscriptionCreated(id, "", kind);
  fact.mutable_subscription_created()->mutable_subscription()->set_billing_profile(
      ProfileName(profile));
  return fact;
}

v1::Event BillingProfileChanged(const std::string& subscription, const std::string& profile,
                                const std::string& previous) {
  v1::Event fact;
  auto& changed = *fact.mutable_billing_profile_changed();
  changed.set_subscription(SubscriptionName(subscription));
  changed.set_billing_profile(ProfileName(profile));
  changed.set_previous_billing_profile(ProfileName(previous));
  return fact;
}

v1::Event SwitchedToInvoice(const std::string& subscription, const std::string& previous_card) {
  v1::Event fact;
  fact.mutable_switched_to_invoice()->set_subscription(SubscriptionName(subscription));
  fact.mutable_switched_to_invoice()->set_previous_card(CardName(previous_card));
  return fact;
}

v1::Event ProfileSwitchedToInvoice(const std::string& profile, const std::string& previous_card) {
  v1::Event fact;
  fact.mutable_switched_to_invoice()->set_billing_profile(ProfileName(profile));
  fact.mutable_switched_to_invoice()->set_previous_card(CardName(previous_card));
  return fact;
}

google::type::Money Euros(int64_t cents) {
  google::type::Money money;
  money.set_currency_code("EUR");
  money.set_units(cents / 100);
  money.set_nanos(static_cast<int32_t>(cents % 100) * 10'000'000);
  return money;
}

v1::Event ChargeRecorded(const std::string& id, const ChargeOptions& options) {
  v1::Event fact;
  auto& charge = *fact.mutable_charge_recorded()->mutable_charge();
  charge.set_name(ChargeName(id));
  charge.set_subscription(SubscriptionName(options.subscription));
  const bool billed = !options.subscription.empty() && !options.profile.empty();
  (billed ? *fact.mutable_charge_recorded()->mutable_billing_profile()
          : *charge.mutable_billing_profile()) = ProfileName(options.profile);
  charge.set_card(CardName(options.card));
  *charge.mutable_amount() = Euros(options.cents);
  return fact;
}

v1::Event Concerning(const ChargeOptions& charged, v1::Event fact) {
  const auto name = [&charged](auto& data) {
    data.set_card(CardName(charged.card));
    data.set_subscription(SubscriptionName(charged.subscription));
    data.set_billing_profile(ProfileName(charged.profile));
  };
  if (fact.has_payment_succeeded()) name(*fact.mutable_payment_succeeded());
  if (fact.has_payment_declined()) name(*fact.mutable_payment_declined());
  if (fact.has_charge_voided()) name(*fact.mutable_charge_voided());
  return fact;
}

v1::Event PaymentSucceeded(const std::string& charge, const std::string& reference) {
  v1::Event fact;
  fact.mutable_payment_succeeded()->set_charge(ChargeName(charge));
  fact.mutable_payment_succeeded()->set_processor_reference(ReferenceFor(charge, reference));
  return fact;
}

v1::Event PaymentDeclined(const std::string& charge, const std::string& reference) {
  v1::Event fact;
  auto& declined = *fact.mutable_payment_declined();
  declined.set_charge(ChargeName(charge));
  declined.set_network_code("51");
  declined.set_processor_reference(ReferenceFor(charge, reference));
  declined.set_reason(v1::DECLINE_REASON_INSUFFICIENT_CREDIT);
  declined.set_kind(v1::DECLINE_KIND_SOFT);
  return fact;
}

v1::Event ChargeVoided(const std::string& charge) {
  v1::Event fact;
  fact.mutable_charge_voided()->set_charge(ChargeName(charge));
  return fact;
}

v1::Event BalanceSettled(const std::string& failed_card, const std::string& paying_card,
                         int64_t cents, const std::vector<std::string>& charges) {
  v1::Event fact;
  auto& settled = *fact.mutable_balance_settled();
  settled.set_failed_card(CardName(failed_card));
  settled.set_paying_card(CardName(paying_card));
  *settled.mutable_amount() = Euros(cents);
  for (const std::string& charge : charges) settled.add_charges(ChargeName(charge));
  settled.set_processor_reference("ref-settle");
  return fact;
}

v1::Event OwedBy(const std::vector<std::string>& subscriptions,
                 const std::vector<std::string>& profiles, v1::Event settled) {
  auto& fact = *settled.mutable_balance_settled();
  for (const std::string& id : subscriptions) fact.add_subscriptions(SubscriptionName(id));
  for (const std::string& id : profiles) fact.add_billing_profiles(ProfileName(id));
  return settled;
}

v1::Event TransferSent(const std::string& id, const std::string& subscription,
                       const std::string& to) {
  v1::Event fact;
  auto& transfer = *fact.mutable_transfer_sent()->mutable_transfer();
  transfer.set_name(TransferName(id));
  transfer.set_subscription(SubscriptionName(subscription));
  transfer.set_to_billing_account(AccountName(to));
  return fact;
}

v1::Event SubscriptionTransferredOut(const std::string& transfer, const std::string& subscription) {
  v1::Event fact;
  fact.mutable_subscription_transferred_out()->set_transfer(TransferName(transfer));
  fact.mutable_subscription_transferred_out()->set_subscription(SubscriptionName(subscription));
  return fact;
}

v1::Event TransferDeclined(const std::string& transfer, const std::string& subscription) {
  v1::Event fact;
  fact.mutable_transfer_declined()->set_transfer(TransferName(transfer));
  fact.mutable_transfer_declined()->set_subscription(SubscriptionName(subscription));
  return fact;
}

v1::Event TransferCancelled(const std::string& transfer, const std::string& subscription) {
  v1::Event fact;
  fact.mutable_transfer_cancelled()->set_transfer(TransferName(transfer));
  fact.mutable_transfer_cancelled()->set_subscription(SubscriptionName(subscription));
  return fact;
}

v1::Event TransferExpired(const std::string& transfer, const std::string& subscription) {
  v1::Event fact;
  fact.mutable_transfer_expired()->set_transfer(TransferName(transfer));
  fact.mutable_transfer_expired()->set_subscription(SubscriptionName(subscription));
  return fact;
}

v1::Event SubscriptionTransferredIn(const std::string& sender, const std::string& transfer,
                                    const v1::Event& created) {
  v1::Event fact;
  auto& in = *fact.mutable_subscription_transferred_in();
  *in.mutable_subscription() = created.subscription_created().subscription();
  in.set_transfer(AccountName(sender) + "/" + TransferName(transfer));
  return fact;
}

v1::Event OfferDeclined(const std::string& sender, const std::string& transfer) {
  v1::Event fact;
  fact.mutable_transfer_declined()->set_transfer(AccountName(sender) + "/" +
                                                 TransferName(transfer));
  return fact;
}

v1::Event Of(const std::string& account, v1::Event fact) {
  fact.set_billing_account(AccountName(account));
  return fact;
}

}  // namespace billing::given
