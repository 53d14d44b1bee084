#include <cassert>
#include <optional>
#include <string>
#include <utility>

#include "aggregates/account/account.h"
#include "aggregates/kernel/etag.h"
#include "aggregates/kernel/money.h"
#include "aggregates/kernel/names.h"
#include "aggregates/request/request.h"
#include "aggregates/request/visit.h"
#include "google/protobuf/util/time_util.h"

namespace billing::request {

namespace {

using kernel::AccountId;
using kernel::Principal;
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

// A decided request's amount was checked; that of a broken record is none.
kernel::Amount AmountIn(const google::type::Money& money) {
  return kernel::AmountOf(money).amount.value_or(kernel::Amount());
}

std::optional<kernel::Instant> DueTimeIn(const v1::Charge& charge) {
  if (!charge.has_due_time()) return std::nullopt;
  using google::protobuf::util::TimeUtil;
  return kernel::Instant{TimeUtil::TimestampToMicroseconds(charge.due_time())};
}

account::CreateBillingAccount From(const v1::CreateBillingAccountRequest& decided,
                                   const AccountId&) {
  const v1::BillingAccount& account = decided.billing_account();
  return {.account = AccountId::FromStored(decided.billing_account_id()),
          .display_name = account.display_name(),
          .agreement = account.agreement(),
          .administrator = Principal::FromStored(account.administrator()),
          .business = account.business(),
          .country = account.country(),
          .currency = account.currency(),
          .policy = account::PolicyFrom(account.policy())};
}

account::SetPolicy From(const v1::SetPolicyRequest& decided, const AccountId& account) {
  return {.account = account,
          .policy = account::PolicyFrom(decided.policy()),
          .etag = EtagIn(decided.etag())};
}

account::UpdateBillingAccount From(const v1::UpdateBillingAccountRequest& decided,
                                   const AccountId& account) {
  account::UpdateBillingAccount command = {.account = account, .etag = EtagIn(decided.etag())};
  for (const std::string& path : decided.update_mask().paths()) {
    if (path == "display_name") command.display_name = decided.billing_account().display_name();
    if (path == "business") command.business = decided.billing_account().business();
  }
  return command;
}

// GrantRole and RevokeRole name the binding alike.
template <class Decided>
account::RoleBinding BindingIn(const Decided& decided) {
  return {.principal = Principal::FromStored(decided.principal()),
          .role = decided.role(),
          .billing_profile = OptionalIdIn<kernel::BillingProfileId>(decided.name())};
}

account::GrantRole From(const v1::GrantRoleRequest& decided, const AccountId& account) {
  return {.account = account, .binding = BindingIn(decided), .etag = EtagIn(decided.etag())};
}

account::RevokeRole From(const v1::RevokeRoleRequest& decided, const AccountId& account) {
  return {.account = account, .binding = BindingIn(decided), .etag = EtagIn(decided.etag())};
}

account::HandOverAdministrator From(const v1::HandOverAdministratorRequest& decided,
                                    const AccountId& account) {
  return {.account = account,
          .principal = Principal::FromStored(decided.principal()),
          .etag = EtagIn(decided.etag())};
}

account::RequestInvoicePayment From(const v1::RequestInvoicePaymentRequest& decided,
                                    const AccountId& account) {
  return {.account = account, .etag = EtagIn(decided.etag())};
}

account::DecideInvoicePayment From(const v1::DecideInvoicePaymentRequest& decided,
                                   const AccountId& account) {
  return {.account = account, .approved = decided.approved(), .etag = EtagIn(decided.etag())};
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

card::RemoveCard From(const v1::RemoveCardRequest& decided, const AccountId& account) {
  return {.account = account,
          .card = IdIn<kernel::CardId>(decided.name()),
          .etag = EtagIn(decided.etag())};
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

ChangeLifecycle From(const v1::DisableSubscriptionRequest& decided, const AccountId& account) {
  return LifecycleFrom(Lifecycle::kDisable, decided, account);
}

ChangeLifecycle From(const v1::CancelSubscriptionRequest& decided, const AccountId& account) {
  return LifecycleFrom(Lifecycle::kCancel, decided, account);
}

ChangeLifecycle From(const v1::ReactivateSubscriptionRequest& decided, const AccountId& account) {
  return LifecycleFrom(Lifecycle::kReactivate, decided, account);
}

ChangeLifecycle From(const v1::DeleteSubscriptionRequest& decided, const AccountId& account) {
  return LifecycleFrom(Lifecycle::kDelete, decided, account);
}

// One request, two commands: what is named says which.
judge::Command From(const v1::SwitchToInvoiceRequest& decided, const AccountId& account) {
  if (decided.name().starts_with(kernel::kBillingProfiles)) {
    return profile::SwitchToInvoice{
        .account = account,
        .billing_profile = IdIn<kernel::BillingProfileId>(decided.name()),
        .etag = EtagIn(decided.etag())};
  }
  return subscription::SwitchToInvoice{.account = account,
                                       .subscription = IdIn<kernel::SubscriptionId>(decided.name()),
                                       .etag = EtagIn(decided.etag())};
}

profile::CreateBillingProfile From(const v1::CreateBillingProfileRequest& decided,
                                   const AccountId& account) {
  const v1::BillingProfile& profile = decided.billing_profile();
  return {.account = account,
          .billing_profile = kernel::BillingProfileId::FromStored(decided.billing_profile_id()),
          .display_name = profile.display_name(),
          .card = IdIn<kernel::CardId>(profile.card())};
}

profile::ReplacePaymentMethod From(const v1::ReplacePaymentMethodRequest& decided,
                                   const AccountId& account) {
  return {.account = account,
          .billing_profile = IdIn<kernel::BillingProfileId>(decided.name()),
          .card = IdIn<kernel::CardId>(decided.card()),
          .etag = EtagIn(decided.etag())};
}

profile::DetachPaymentMethod From(const v1::DetachPaymentMethodRequest& decided,
                                  const AccountId& account) {
  return {.account = account,
          .billing_profile = IdIn<kernel::BillingProfileId>(decided.name()),
          .etag = EtagIn(decided.etag())};
}

charge::RecordCharge From(const v1::RecordChargeRequest& decided, const AccountId& account) {
  const v1::Charge& charge = decided.charge();
  return {.account = account,
          .charge = kernel::ChargeId::FromStored(decided.charge_id()),
          .subscription = OptionalIdIn<kernel::SubscriptionId>(charge.subscription()),
          .billing_profile = OptionalIdIn<kernel::BillingProfileId>(charge.billing_profile()),
          .amount = AmountIn(charge.amount()),
          .due_time = DueTimeIn(charge)};
}

charge::RecordPayment From(const v1::RecordPaymentRequest& decided, const AccountId& account) {
  return {.account = account,
          .charge = IdIn<kernel::ChargeId>(decided.name()),
          .outcome = decided.outcome(),
          .network_code = decided.network_code(),
          .advice_code = decided.advice_code(),
          .processor_reference = decided.processor_reference(),
          .etag = EtagIn(decided.etag())};
}

charge::VoidCharge From(const v1::VoidChargeRequest& decided, const AccountId& account) {
  return {.account = account,
          .charge = IdIn<kernel::ChargeId>(decided.name()),
          .etag = EtagIn(decided.etag())};
}

charge::SettleBalance From(const v1::SettleBalanceRequest& decided, const AccountId& account) {
  return {.account = account,
          .failed_card = IdIn<kernel::CardId>(decided.failed_card()),
          .paying_card = IdIn<kernel::CardId>(decided.paying_card()),
          .amount = AmountIn(decided.amount()),
          .processor_reference = decided.processor_reference(),
          .requested_by = decided.requested_by()};
}

transfer::SendTransfer From(const v1::SendTransferRequest& decided, const AccountId& account) {
  return {
      .account = account,
      .transfer = kernel::TransferId::FromStored(decided.transfer_id()),
      .subscription = IdIn<kernel::SubscriptionId>(decided.subscription()),
      .to_account = AccountId::FromStored(std::string(kernel::IdOf(decided.to_billing_account()))),
      .etag = EtagIn(decided.etag())};
}

// The recipient's requests keep the transfer's full name, the sender's the relative one.
struct OfferedBy {
  AccountId account;
  kernel::TransferId transfer;
};
OfferedBy TransferIn(const std::string& name, const AccountId& account) {
  const std::optional<kernel::ResourceName> full = kernel::ParseName(name);
  return {.account = full ? full->account : account,
          .transfer = kernel::TransferId::FromStored(std::string(kernel::IdOf(name)))};
}

transfer::AcceptTransfer From(const v1::AcceptTransferRequest& decided, const AccountId& account) {
  OfferedBy offered = TransferIn(decided.name(), account);
  return {.account = std::move(offered.account),
          .transfer = std::move(offered.transfer),
          .subscription = kernel::SubscriptionId::FromStored(decided.subscription_id()),
          .card = kernel::ParseName(decided.card()),
          .billing_profile = kernel::ParseName(decided.billing_profile()),
          .etag = EtagIn(decided.etag())};
}

template <class Decided>
transfer::EndTransfer EndFrom(transfer::End end, const Decided& decided, const AccountId& account) {
  OfferedBy offered = TransferIn(decided.name(), account);
  return {.end = end,
          .account = std::move(offered.account),
          .transfer = std::move(offered.transfer),
          .etag = EtagIn(decided.etag())};
}

transfer::EndTransfer From(const v1::DeclineTransferRequest& decided, const AccountId& account) {
  return EndFrom(transfer::End::kDecline, decided, account);
}

transfer::EndTransfer From(const v1::CancelTransferRequest& decided, const AccountId& account) {
  return EndFrom(transfer::End::kCancel, decided, account);
}

transfer::EndTransfer From(const v1::ExpireTransferRequest& decided, const AccountId& account) {
  return EndFrom(transfer::End::kExpire, decided, account);
}

}  // namespace

judge::Command CommandOf(const v1::Command& decided, const AccountId& account) {
  std::optional<judge::Command> command;
  VisitRequest(decided, [&command, &account](const auto& request) {
    command.emplace(From(request, account));
  });
  assert(command.has_value() && "a decided request names its command");
  return *std::move(command);
}

}  // namespace billing::request
