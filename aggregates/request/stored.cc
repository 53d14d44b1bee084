#include <cassert>
#include <string>

#include "aggregates/kernel/names.h"
#include "aggregates/request/request.h"

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

void Restore(const v1::BillingAccountCreated& fact, v1::CreateBillingAccountRequest& request) {
  *request.mutable_billing_account() = fact.billing_account();
  request.mutable_billing_account()->clear_name();
  request.set_billing_account_id(std::string(kernel::IdOf(fact.billing_account().name())));
}

void Restore(const v1::CardAdded& fact, bool set_active, v1::AddCardRequest& request) {
  *request.mutable_card() = fact.card();
  request.mutable_card()->clear_name();
  request.set_card_id(std::string(kernel::IdOf(fact.card().name())));
  request.set_subscription(fact.subscription());
  request.set_set_active(set_active);
}

void Restore(const v1::SubscriptionCreated& fact, v1::CreateSubscriptionRequest& request) {
  *request.mutable_subscription() = fact.subscription();
  request.mutable_subscription()->clear_name();
  request.set_subscription_id(std::string(kernel::IdOf(fact.subscription().name())));
}

}  // namespace

v1::Command Stored(v1::Command decided, Facts facts) {
  assert(!facts.empty());
  if (RequestInFact(facts) != nullptr) return {};
  switch (decided.command_case()) {
    // The facts say all of it; which command it was stays.
    case v1::Command::kCreateBillingAccount:
      decided.mutable_create_billing_account()->Clear();
      break;
    case v1::Command::kAddCard:
      decided.mutable_add_card()->Clear();
      break;
    case v1::Command::kCreateSubscription:
      decided.mutable_create_subscription()->Clear();
      break;
    case v1::Command::kSetPolicy:
      decided.mutable_set_policy()->clear_policy();
      break;
    case v1::Command::kUpdateCard:
      decided.mutable_update_card()->clear_card();
      decided.mutable_update_card()->clear_update_mask();
      break;
    case v1::Command::kSetActive:
      decided.mutable_set_active()->clear_subscription();
      decided.mutable_set_active()->clear_card();
      break;
    case v1::Command::kRemoveCard:
      decided.mutable_remove_card()->clear_name();
      break;
    case v1::Command::kUpdateSubscription:
      decided.mutable_update_subscription()->clear_subscription();
      decided.mutable_update_subscription()->clear_update_mask();
      break;
    case v1::Command::kChangeBillingProfile:
      decided.mutable_change_billing_profile()->clear_name();
      decided.mutable_change_billing_profile()->clear_billing_profile();
      break;
    case v1::Command::kDisableSubscription:
      decided.mutable_disable_subscription()->clear_name();
      break;
    case v1::Command::kCancelSubscription:
      decided.mutable_cancel_subscription()->clear_name();
      break;
    case v1::Command::kReactivateSubscription:
      decided.mutable_reactivate_subscription()->clear_name();
      break;
    case v1::Command::kDeleteSubscription:
      decided.mutable_delete_subscription()->clear_name();
      break;
    case v1::Command::COMMAND_NOT_SET:
      assert(false && "a decided request names its command");
      break;
  }
  return decided;
}

v1::Command Restored(v1::Command stored, Facts facts) {
  assert(!facts.empty());
  if (const v1::Command* request = RequestInFact(facts)) return *request;
  const v1::Event& fact = *facts.front();
  switch (stored.command_case()) {
    case v1::Command::kCreateBillingAccount:
      Restore(fact.billing_account_created(), *stored.mutable_create_billing_account());
      break;
    case v1::Command::kAddCard:
      // AddCard has a second fact exactly when it also sets the card active.
      Restore(fact.card_added(), facts.size() > 1, *stored.mutable_add_card());
      break;
    case v1::Command::kCreateSubscription:
      Restore(fact.subscription_created(), *stored.mutable_create_subscription());
      break;
    case v1::Command::kSetPolicy:
      *stored.mutable_set_policy()->mutable_policy() = fact.policy_changed().policy();
      break;
    case v1::Command::kUpdateCard:
      *stored.mutable_update_card()->mutable_card() = fact.card_updated().card();
      *stored.mutable_update_card()->mutable_update_mask() = fact.card_updated().update_mask();
      break;
    case v1::Command::kSetActive:
      stored.mutable_set_active()->set_subscription(
          fact.active_card_changed().selected_subscription());
      stored.mutable_set_active()->set_card(fact.active_card_changed().card());
      break;
    case v1::Command::kRemoveCard:
      stored.mutable_remove_card()->set_name(fact.card_removed().card());
      break;
    case v1::Command::kUpdateSubscription:
      *stored.mutable_update_subscription()->mutable_subscription() =
          fact.subscription_updated().subscription();
      *stored.mutable_update_subscription()->mutable_update_mask() =
          fact.subscription_updated().update_mask();
      break;
    case v1::Command::kChangeBillingProfile:
      stored.mutable_change_billing_profile()->set_name(
          fact.billing_profile_changed().subscription());
      stored.mutable_change_billing_profile()->set_billing_profile(
          fact.billing_profile_changed().billing_profile());
      break;
    case v1::Command::kDisableSubscription:
      stored.mutable_disable_subscription()->set_name(fact.subscription_disabled().subscription());
      break;
    case v1::Command::kCancelSubscription:
      stored.mutable_cancel_subscription()->set_name(fact.subscription_cancelled().subscription());
      break;
    case v1::Command::kReactivateSubscription:
      stored.mutable_reactivate_subscription()->set_name(
          fact.subscription_reactivated().subscription());
      break;
    case v1::Command::kDeleteSubscription:
      stored.mutable_delete_subscription()->set_name(fact.subscription_deleted().subscription());
      break;
    case v1::Command::COMMAND_NOT_SET:
      // Only a refusal or NothingChanged is stored without its request; a record that says
      // otherwise was not written by this program: the auditor reports the difference.
      break;
  }
  return stored;
}

}  // namespace billing::request
