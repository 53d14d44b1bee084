#include "projections/explain/aspects.h"

#include <algorithm>
#include <cassert>
#include <initializer_list>

namespace billing::projections {
namespace {

using billing::v1::Event;
using Names = google::protobuf::RepeatedPtrField<std::string>;

bool Has(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool IsOneOf(const Event& fact, std::initializer_list<Event::DataCase> cases) {
  return std::ranges::find(cases, fact.data_case()) != cases.end();
}

bool Moves(const billing::v1::ActiveCardChanged& fact, std::string_view subscription) {
  return std::ranges::any_of(fact.moves(),
                             [&](const auto& move) { return move.subscription() == subscription; });
}

// Of a fact about something in the account. REQUIRES: `name` is not empty.
bool ChangesThing(const Event& fact, std::string_view name) {
  switch (fact.data_case()) {
    case Event::kCardAdded:
      return fact.card_added().card().name() == name;
    case Event::kCardUpdated:
      return fact.card_updated().card().name() == name;
    case Event::kActiveCardChanged:
      return Moves(fact.active_card_changed(), name);
    case Event::kCardRemoved:
      return fact.card_removed().card() == name ||
             Has(fact.card_removed().detached_subscriptions(), name);
    case Event::kSubscriptionCreated:
      return fact.subscription_created().subscription().name() == name;
    case Event::kSubscriptionUpdated:
      return fact.subscription_updated().subscription().name() == name;
    case Event::kBillingProfileChanged:
      return fact.billing_profile_changed().subscription() == name;
    case Event::kSubscriptionDisabled:
      return fact.subscription_disabled().subscription() == name;
    case Event::kSubscriptionCancelled:
      return fact.subscription_cancelled().subscription() == name;
    case Event::kSubscriptionReactivated:
      return fact.subscription_reactivated().subscription() == name;
    case Event::kSubscriptionDeleted:
      return fact.subscription_deleted().subscription() == name;
    case Event::kSubscriptionBecamePastDue:
      return fact.subscription_became_past_due().subscription() == name;
    case Event::kSubscriptionBecameCurrent:
      return fact.subscription_became_current().subscription() == name;
    case Event::kBillingProfileCreated:
      return fact.billing_profile_created().billing_profile().name() == name;
    case Event::kPaymentMethodReplaced:
      return fact.payment_method_replaced().billing_profile() == name;
    case Event::kPaymentMethodDetached:
      return fact.payment_method_detached().billing_profile() == name;
    case Event::kSwitchedToInvoice:
      return fact.switched_to_invoice().subscription() == name ||
             fact.switched_to_invoice().billing_profile() == name;
    case Event::kChargeRecorded:
      return fact.charge_recorded().charge().name() == name;
    case Event::kPaymentSucceeded:
      return fact.payment_succeeded().charge() == name;
    case Event::kPaymentDeclined:
      return fact.payment_declined().charge() == name;
    case Event::kChargeVoided:
      return fact.charge_voided().charge() == name;
    case Event::kBalanceSettled:
      return Has(fact.balance_settled().charges(), name);
    case Event::kTransferSent:
      return fact.transfer_sent().transfer().name() == name;
    case Event::kSubscriptionTransferredIn:
      return fact.subscription_transferred_in().subscription().name() == name;
    case Event::kSubscriptionTransferredOut:
      return fact.subscription_transferred_out().subscription() == name ||
             fact.subscription_transferred_out().transfer() == name;
    case Event::kTransferDeclined:
      return fact.transfer_declined().transfer() == name;
    case Event::kTransferCancelled:
      return fact.transfer_cancelled().transfer() == name;
    case Event::kTransferExpired:
      return fact.transfer_expired().transfer() == name;
    case Event::kBillingAccountCreated:
    case Event::kPolicyChanged:
    case Event::kBillingAccountUpdated:
    case Event::kRoleGranted:
    case Event::kRoleRevoked:
    case Event::kAdministratorChanged:
    case Event::kInvoicePaymentRequested:
    case Event::kInvoicePaymentApproved:
    case Event::kInvoicePaymentRejected:
    case Event::kCommandRefused:
    case Event::kNothingChanged:
      return false;
    case Event::DATA_NOT_SET:
      break;
  }
  assert(false && "an event without a fact");
  return false;
}

}  // namespace

bool Changes(const Event& fact, std::string_view name) {
  if (!name.empty()) return ChangesThing(fact, name);
  return IsOneOf(fact, {Event::kBillingAccountCreated, Event::kPolicyChanged,
                        Event::kBillingAccountUpdated, Event::kRoleGranted, Event::kRoleRevoked,
                        Event::kAdministratorChanged, Event::kInvoicePaymentRequested,
                        Event::kInvoicePaymentApproved, Event::kInvoicePaymentRejected});
}

bool Makes(const Event& fact, std::string_view name) {
  return IsOneOf(fact,
                 {Event::kBillingAccountCreated, Event::kCardAdded, Event::kSubscriptionCreated,
                  Event::kSubscriptionTransferredIn, Event::kBillingProfileCreated,
                  Event::kChargeRecorded, Event::kTransferSent}) &&
         Changes(fact, name);
}

bool RemovesCard(const Event& fact, std::string_view name) {
  return fact.has_card_removed() && fact.card_removed().card() == name;
}

bool SetsExpiry(const Event& fact, std::string_view name) {
  if (fact.has_card_updated() && !Has(fact.card_updated().update_mask().paths(), "expiry")) {
    return false;
  }
  return IsOneOf(fact, {Event::kCardAdded, Event::kCardUpdated}) && Changes(fact, name);
}

bool SetsState(const Event& fact, std::string_view name) {
  return IsOneOf(fact, {Event::kSubscriptionCreated, Event::kSubscriptionTransferredIn,
                        Event::kSubscriptionDisabled, Event::kSubscriptionCancelled,
                        Event::kSubscriptionReactivated, Event::kSubscriptionDeleted,
                        Event::kSubscriptionBecamePastDue, Event::kSubscriptionBecameCurrent,
                        Event::kSubscriptionTransferredOut}) &&
         Changes(fact, name);
}

bool SetsMethod(const Event& fact, std::string_view name) {
  return IsOneOf(fact, {Event::kSubscriptionCreated, Event::kSubscriptionTransferredIn,
                        Event::kActiveCardChanged, Event::kBillingProfileChanged,
                        Event::kSwitchedToInvoice, Event::kCardRemoved, Event::kSubscriptionDeleted,
                        Event::kSubscriptionTransferredOut, Event::kBillingProfileCreated,
                        Event::kPaymentMethodReplaced, Event::kPaymentMethodDetached}) &&
         Changes(fact, name);
}

bool SetsPolicy(const Event& fact) {
  return IsOneOf(fact, {Event::kBillingAccountCreated, Event::kPolicyChanged});
}

bool SetsBusiness(const Event& fact) {
  if (fact.has_billing_account_created()) return true;
  return fact.has_billing_account_updated() &&
         Has(fact.billing_account_updated().update_mask().paths(), "business");
}

bool SetsInvoicePayment(const Event& fact) {
  return IsOneOf(fact, {Event::kInvoicePaymentRequested, Event::kInvoicePaymentApproved,
                        Event::kInvoicePaymentRejected});
}

bool SetsAdministrator(const Event& fact) {
  return IsOneOf(fact, {Event::kBillingAccountCreated, Event::kAdministratorChanged});
}

Method MethodIn(const Event& fact) {
  const auto of = [](const billing::v1::Subscription& subscription) -> Method {
    return {subscription.card(), subscription.billing_profile()};
  };
  if (fact.has_subscription_created()) return of(fact.subscription_created().subscription());
  if (fact.has_subscription_transferred_in()) {
    return of(fact.subscription_transferred_in().subscription());
  }
  if (fact.has_active_card_changed()) return {.card = fact.active_card_changed().card()};
  if (fact.has_billing_profile_changed()) {
    return {.billing_profile = fact.billing_profile_changed().billing_profile()};
  }
  // Every other fact that sets a method takes it away.
  return {};
}

std::vector<std::string> ChargesIn(const Event& fact) {
  if (fact.has_payment_succeeded()) return {fact.payment_succeeded().charge()};
  if (fact.has_payment_declined()) return {fact.payment_declined().charge()};
  if (fact.has_charge_voided()) return {fact.charge_voided().charge()};
  const Names& settled = fact.balance_settled().charges();
  return {settled.begin(), settled.end()};
}

}  // namespace billing::projections
