#include <cassert>
#include <cstdlib>
#include <optional>
#include <string>

#include "aggregates/account/account.h"
#include "aggregates/kernel/etag.h"
#include "aggregates/kernel/names.h"
#include "aggregates/request/request.h"

namespace billing::request {

namespace {

using kernel::AccountId;
using subscription::ChangeLifecycle;
using subscription::Lifecycle;

// A relative name's id. A full name is another account's: all of it is the id, and no row
// has an id with a `/`.
template <class Id>
Id IdIn(const std::string& name) {
  return Id::FromStored(kernel::IsFullName(name) ? name : std::string(kernel::IdOf(name)));
}

template <class Id>
std::optional<Id> OptionalIdIn(const std::string& name) {
  if (name.empty()) return std::nullopt;
  return IdIn<Id>(name);
}

std::optional<uint64_t> EtagIn(const std::string& etag) {
  if (etag.empty()) return std::nullopt;
  const std::optional<uint64_t> position = kernel::PositionOf(etag);
  assert(position && "a decided request's etag was checked");
  return position;
}

kernel::YearMonth MonthIn(const v1::YearMonth& message) {
  return {message.year(), message.month()};
}

account::CreateBillingAccount From(const v1::CreateBillingAccountRequest& decided) {
  const v1::BillingAccount& account = decided.billing_account();
  return {.account = AccountId::FromStored(decided.billing_account_id()),
          .display_name = account.display_name(),
          .agreement = account.agreement(),
          .administrator = kernel::Principal::FromStored(account.administrator()),
          .business = account.business(),
          .country = account.country(),
          .currency = account.currency(),
          .policy = account::PolicyFrom(account.policy())};
}

card::AddCard From(const v1::AddCardRequest& decided, const AccountId& account) {
  const v1::Card& card = decided.card();
  return {.account = account,
          .card = kernel::CardId::FromStored(decided.card_id()),
          .token = card.token(),
          .fingerprint = card.fingerprint(),
          .brand = card.brand(),
          .funding = card.funding(),
          .is_virtual = card.virtual_(),
          .last_four = card.last_four(),
          .expiry = MonthIn(card.expiry()),
          .country = card.country(),
          .subscription = OptionalIdIn<kernel::SubscriptionId>(decided.subscription()),
          .set_active = decided.set_active()};
}

card::UpdateCard From(const v1::UpdateCardRequest& decided, const AccountId& account) {
  card::UpdateCard command = {.account = account,
                              .card = IdIn<kernel::CardId>(decided.card().name()),
                              .etag = EtagIn(decided.etag())};
  for (const std::string& path : decided.update_mask().paths()) {
    if (path == "holder_name") {
      command.holder_name = true;
    } else if (path == "billing_address") {
      command.billing_address = true;
    } else if (path == "expiry") {
      command.expiry = MonthIn(decided.card().expiry());
    } else {
      command.immutable_field = true;
    }
  }
  return command;
}

subscription::SetActive From(const v1::SetActiveRequest& decided, const AccountId& account) {
  return {.account = account,
          .subscription = IdIn<kernel::SubscriptionId>(decided.subscription()),
          .card = IdIn<kernel::CardId>(decided.card()),
          .expected_current_card = OptionalIdIn<kernel::CardId>(decided.expected_current_card()),
          .etag = EtagIn(decided.etag())};
}

subscription::CreateSubscription From(const v1::CreateSubscriptionRequest& decided,
                                      const AccountId& account) {
  const v1::Subscription& subscription = decided.subscription();
  return {
      .account = account,
      .subscription = kernel::SubscriptionId::FromStored(decided.subscription_id()),
      .display_name = subscription.display_name(),
      .kind = subscription.kind(),
      .card = OptionalIdIn<kernel::CardId>(subscription.card()),
      .billing_profile = OptionalIdIn<kernel::BillingProfileId>(subscription.billing_profile())};
}

subscription::UpdateSubscription From(const v1::UpdateSubscriptionRequest& decided,
                                      const AccountId& account) {
  return {.account = account,
          .subscription = IdIn<kernel::SubscriptionId>(decided.subscription().name()),
          .display_name = decided.subscription().display_name(),
          .etag = EtagIn(decided.etag())};
}

subscription::ChangeBillingProfile From(const v1::ChangeBillingProfileRequest& decided,
                                        const AccountId& account) {
  return {.account = account,
          .subscription = IdIn<kernel::SubscriptionId>(decided.name()),
          .billing_profile = IdIn<kernel::BillingProfileId>(decided.billing_profile()),
          .etag = EtagIn(decided.etag())};
}

template <class Decided>
ChangeLifecycle LifecycleFrom(Lifecycle change, const Decided& decided, const AccountId& account) {
  return {.change = change,
          .account = account,
          .subscription = IdIn<kernel::SubscriptionId>(decided.name()),
          .etag = EtagIn(decided.etag())};
}

}  // namespace

judge::Command CommandOf(const v1::Command& decided, const AccountId& account) {
  switch (decided.command_case()) {
    case v1::Command::kCreateBillingAccount:
      return From(decided.create_billing_account());
    case v1::Command::kSetPolicy:
      return account::SetPolicy{.account = account,
                                .policy = account::PolicyFrom(decided.set_policy().policy()),
                                .etag = EtagIn(decided.set_policy().etag())};
    case v1::Command::kAddCard:
      return From(decided.add_card(), account);
    case v1::Command::kUpdateCard:
      return From(decided.update_card(), account);
    case v1::Command::kSetActive:
      return From(decided.set_active(), account);
    case v1::Command::kRemoveCard:
      return card::RemoveCard{.account = account,
                              .card = IdIn<kernel::CardId>(decided.remove_card().name()),
                              .etag = EtagIn(decided.remove_card().etag())};
    case v1::Command::kCreateSubscription:
      return From(decided.create_subscription(), account);
    case v1::Command::kUpdateSubscription:
      return From(decided.update_subscription(), account);
    case v1::Command::kChangeBillingProfile:
      return From(decided.change_billing_profile(), account);
    case v1::Command::kDisableSubscription:
      return LifecycleFrom(Lifecycle::kDisable, decided.disable_subscription(), account);
    case v1::Command::kCancelSubscription:
      return LifecycleFrom(Lifecycle::kCancel, decided.cancel_subscription(), account);
    case v1::Command::kReactivateSubscription:
      return LifecycleFrom(Lifecycle::kReactivate, decided.reactivate_subscription(), account);
    case v1::Command::kDeleteSubscription:
      return LifecycleFrom(Lifecycle::kDelete, decided.delete_subscription(), account);
    case v1::Command::COMMAND_NOT_SET:
      break;
  }
  assert(false && "a decided request names its command");
  std::abort();
}

}  // namespace billing::request
