#include <cassert>
#include <string>

#include "aggregates/kernel/names.h"
#include "aggregates/request/request.h"
#include "aggregates/request/visit.h"

namespace billing::request {

namespace {

using Facts = std::span<const v1::Event* const>;

// The request of a refusal or of NothingChanged stands in that fact; null for others.
const v1::Command* RequestInFact(Facts facts) {
  const v1::Event& first = *facts.front();
  if (first.has_command_refused()) return &first.command_refused().request();
  if (first.has_nothing_changed()) return &first.nothing_changed().request();
  return nullptr;
}

// What the facts of a command do not repeat: of most requests the etag alone.
template <class Request>
Request Unrepeated(const Request& decided) {
  Request kept;
  kept.set_etag(decided.etag());
  return kept;
}

v1::SetActiveRequest Unrepeated(const v1::SetActiveRequest& decided) {
  v1::SetActiveRequest kept;
  kept.set_expected_current_card(decided.expected_current_card());
  kept.set_etag(decided.etag());
  return kept;
}

v1::AcceptTransferRequest Unrepeated(const v1::AcceptTransferRequest& decided) {
  v1::AcceptTransferRequest kept;
  // Full names here, relative ones in the fact: no fact tells the receiving account's id.
  kept.set_card(decided.card());
  kept.set_billing_profile(decided.billing_profile());
  kept.set_etag(decided.etag());
  return kept;
}

std::string IdIn(const std::string& name) { return std::string(kernel::IdOf(name)); }

// Each puts back what Unrepeated left out. The command's first fact tells it all, except
// where it takes two.

void Restore(Facts facts, v1::CreateBillingAccountRequest& request) {
  const v1::BillingAccount& account = facts.front()->billing_account_created().billing_account();
  request.set_billing_account_id(IdIn(account.name()));
  *request.mutable_billing_account() = account;
  request.mutable_billing_account()->clear_name();
}

void Restore(Facts facts, v1::SetPolicyRequest& request) {
  *request.mutable_policy() = facts.front()->policy_changed().policy();
}

void Restore(Facts facts, v1::UpdateBillingAccountRequest& request) {
  const v1::BillingAccountUpdated& fact = facts.front()->billing_account_updated();
  *request.mutable_billing_account() = fact.billing_account();
  *request.mutable_update_mask() = fact.update_mask();
}

void Restore(Facts facts, v1::GrantRoleRequest& request) {
  const v1::RoleGranted& fact = facts.front()->role_granted();
  request.set_name(fact.billing_profile());
  request.set_principal(fact.principal());
  request.set_role(fact.role());
}

void Restore(Facts facts, v1::RevokeRoleRequest& request) {
  const v1::RoleRevoked& fact = facts.front()->role_revoked();
  request.set_name(fact.billing_profile());
  request.set_principal(fact.principal());
  request.set_role(fact.role());
}

void Restore(Facts facts, v1::HandOverAdministratorRequest& request) {
  request.set_principal(facts.front()->administrator_changed().administrator());
}

void Restore(Facts, v1::RequestInvoicePaymentRequest&) {
  // It names nothing but the account.
}

void Restore(Facts facts, v1::DecideInvoicePaymentRequest& request) {
  request.set_approved(facts.front()->has_invoice_payment_approved());
}

void Restore(Facts facts, v1::AddCardRequest& request) {
  const v1::CardAdded& fact = facts.front()->card_added();
  request.set_card_id(IdIn(fact.card().name()));
  *request.mutable_card() = fact.card();
  request.mutable_card()->clear_name();
  request.set_subscription(fact.subscription());
  // AddCard has a second fact exactly when it also sets the card active.
  request.set_set_active(facts.size() > 1);
}

void Restore(Facts facts, v1::UpdateCardRequest& request) {
  const v1::CardUpdated& fact = facts.front()->card_updated();
  *request.mutable_card() = fact.card();
  *request.mutable_update_mask() = fact.update_mask();
}

void Restore(Facts facts, v1::SetActiveRequest& request) {
  const v1::ActiveCardChanged& fact = facts.front()->active_card_changed();
  request.set_subscription(fact.selected_subscription());
  request.set_card(fact.card());
}

void Restore(Facts facts, v1::RemoveCardRequest& request) {
  request.set_name(facts.front()->card_removed().card());
}

void Restore(Facts facts, v1::CreateSubscriptionRequest& request) {
  const v1::Subscription& subscription = facts.front()->subscription_created().subscription();
  request.set_subscription_id(IdIn(subscription.name()));
  *request.mutable_subscription() = subscription;
  request.mutable_subscription()->clear_name();
}

void Restore(Facts facts, v1::UpdateSubscriptionRequest& request) {
  const v1::SubscriptionUpdated& fact = facts.front()->subscription_updated();
  *request.mutable_subscription() = fact.subscription();
  *request.mutable_update_mask() = fact.update_mask();
}

void Restore(Facts facts, v1::ChangeBillingProfileRequest& request) {
  const v1::BillingProfileChanged& fact = facts.front()->billing_profile_changed();
  request.set_name(fact.subscription());
  request.set_billing_profile(fact.billing_profile());
}

void Restore(Facts facts, v1::DisableSubscriptionRequest& request) {
  request.set_name(facts.front()->subscription_disabled().subscription());
}

void Restore(Facts facts, v1::CancelSubscriptionRequest& request) {
  request.set_name(facts.front()->subscription_cancelled().subscription());
}

void Restore(Facts facts, v1::ReactivateSubscriptionRequest& request) {
  request.set_name(facts.front()->subscription_reactivated().subscription());
}

void Restore(Facts facts, v1::DeleteSubscriptionRequest& request) {
  request.set_name(facts.front()->subscription_deleted().subscription());
}

void Restore(Facts facts, v1::SwitchToInvoiceRequest& request) {
  const v1::SwitchedToInvoice& fact = facts.front()->switched_to_invoice();
  request.set_name(fact.subscription().empty() ? fact.billing_profile() : fact.subscription());
}

void Restore(Facts facts, v1::CreateBillingProfileRequest& request) {
  const v1::BillingProfile& profile = facts.front()->billing_profile_created().billing_profile();
  request.set_billing_profile_id(IdIn(profile.name()));
  *request.mutable_billing_profile() = profile;
  request.mutable_billing_profile()->clear_name();
}

void Restore(Facts facts, v1::ReplacePaymentMethodRequest& request) {
  const v1::PaymentMethodReplaced& fact = facts.front()->payment_method_replaced();
  request.set_name(fact.billing_profile());
  request.set_card(fact.card());
}

void Restore(Facts facts, v1::DetachPaymentMethodRequest& request) {
  request.set_name(facts.front()->payment_method_detached().billing_profile());
}

void Restore(Facts facts, v1::RecordChargeRequest& request) {
  const v1::Charge& charge = facts.front()->charge_recorded().charge();
  request.set_charge_id(IdIn(charge.name()));
  *request.mutable_charge() = charge;
  request.mutable_charge()->clear_name();
  // Found by the rules, not given.
  request.mutable_charge()->clear_card();
}

// PaymentSucceeded and PaymentDeclined tell what was reported with the same fields.
template <class Fact>
void RestoreReport(const Fact& fact, v1::RecordPaymentRequest& request) {
  request.set_name(fact.charge());
  request.set_network_code(fact.network_code());
  request.set_advice_code(fact.advice_code());
  request.set_processor_reference(fact.processor_reference());
}

void Restore(Facts facts, v1::RecordPaymentRequest& request) {
  const v1::Event& fact = *facts.front();
  if (fact.has_payment_succeeded()) {
    request.set_outcome(v1::PAYMENT_OUTCOME_SUCCEEDED);
    RestoreReport(fact.payment_succeeded(), request);
  } else {
    request.set_outcome(v1::PAYMENT_OUTCOME_DECLINED);
    RestoreReport(fact.payment_declined(), request);
  }
}

void Restore(Facts facts, v1::VoidChargeRequest& request) {
  request.set_name(facts.front()->charge_voided().charge());
}

void Restore(Facts facts, v1::SettleBalanceRequest& request) {
  const v1::BalanceSettled& fact = facts.front()->balance_settled();
  request.set_failed_card(fact.failed_card());
  request.set_paying_card(fact.paying_card());
  *request.mutable_amount() = fact.amount();
  request.set_processor_reference(fact.processor_reference());
  request.set_requested_by(fact.requested_by());
}

void Restore(Facts facts, v1::SendTransferRequest& request) {
  const v1::Transfer& transfer = facts.front()->transfer_sent().transfer();
  request.set_transfer_id(IdIn(transfer.name()));
  request.set_subscription(transfer.subscription());
  request.set_to_billing_account(transfer.to_billing_account());
}

void Restore(Facts facts, v1::AcceptTransferRequest& request) {
  const v1::SubscriptionTransferredIn& fact = facts.front()->subscription_transferred_in();
  request.set_name(fact.transfer());
  request.set_subscription_id(IdIn(fact.subscription().name()));
}

void Restore(Facts facts, v1::DeclineTransferRequest& request) {
  request.set_name(facts.front()->transfer_declined().transfer());
}

void Restore(Facts facts, v1::CancelTransferRequest& request) {
  request.set_name(facts.front()->transfer_cancelled().transfer());
}

void Restore(Facts facts, v1::ExpireTransferRequest& request) {
  request.set_name(facts.front()->transfer_expired().transfer());
}

}  // namespace

v1::Command Stored(const v1::Command& decided, Facts facts) {
  assert(!facts.empty());
  v1::Command stored;
  if (RequestInFact(facts) != nullptr) return stored;
  // Which command it was stays, even when its facts repeat all of it.
  const bool found = VisitRequestAndMake(
      decided, stored, [](const auto& request, auto& kept) { kept = Unrepeated(request); });
  assert(found && "a decided request names its command");
  return stored;
}

v1::Command Restored(v1::Command stored, Facts facts) {
  assert(!facts.empty());
  if (const v1::Command* request = RequestInFact(facts)) return *request;
  // Only a refusal or NothingChanged is stored without its request. A record that says
  // otherwise was not written by this program: the auditor reports the difference.
  VisitRequest(stored, [facts](auto& request) { Restore(facts, request); });
  return stored;
}

}  // namespace billing::request
