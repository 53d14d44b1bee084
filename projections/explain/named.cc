#include "projections/explain/named.h"

#include <cassert>

#include "aggregates/kernel/names.h"

namespace billing::projections {
namespace {

using billing::v1::Command;

const std::string kTheAccount;

// A command about an existing subscription alone.
template <class Request>
Named OnSubscription(const Request& request) {
  return {.target = request.name(), .subscription = request.name()};
}

template <class Request>
Named OnCharge(const Request& request) {
  return {.target = request.name(), .charge = request.name()};
}

template <class Request>
Named OnTransfer(const Request& request) {
  return {.target = request.name(), .transfer = request.name()};
}

// GrantRole and RevokeRole: the role's account is what they are about.
template <class Request>
Named OnRole(const Request& request) {
  return {.target = kTheAccount,
          .billing_profile = request.name(),
          .role = NamedRole{request.principal(), request.role(), request.name()}};
}

Named In(const billing::v1::SetActiveRequest& request) {
  return {.target = request.subscription(),
          .paying_card = request.card(),
          .subscription = request.subscription()};
}

Named In(const billing::v1::CreateSubscriptionRequest& request) {
  const auto& subscription = request.subscription();
  return {.paying_card = subscription.card(), .billing_profile = subscription.billing_profile()};
}

Named In(const billing::v1::ReplacePaymentMethodRequest& request) {
  return {
      .target = request.name(), .paying_card = request.card(), .billing_profile = request.name()};
}

Named In(const billing::v1::CreateBillingProfileRequest& request) {
  const std::string& card = request.billing_profile().card();
  return {.paying_card = card};
}

Named In(const billing::v1::SettleBalanceRequest& request) {
  return {.paying_card = request.paying_card(),
          .failed_card = request.failed_card(),
          .processor_reference = request.processor_reference()};
}

Named In(const billing::v1::RecordChargeRequest& request) {
  return {.subscription = request.charge().subscription(),
          .billing_profile = request.charge().billing_profile()};
}

Named In(const billing::v1::SwitchToInvoiceRequest& request) {
  Named named{.target = request.name()};
  const bool is_profile = request.name().find(kernel::kBillingProfiles) != std::string::npos;
  (is_profile ? named.billing_profile : named.subscription) = request.name();
  return named;
}

Named In(const billing::v1::AcceptTransferRequest& request) {
  return {.target = request.name(),
          .paying_card = request.card(),
          .billing_profile = request.billing_profile(),
          .transfer = request.name()};
}

Named OnCard(const std::string& name) { return {.target = name}; }

}  // namespace

Named NamedIn(const Command& request) {
  switch (request.command_case()) {
    case Command::kCreateBillingAccount:
      return {};
    case Command::kSetPolicy:
    case Command::kUpdateBillingAccount:
    case Command::kHandOverAdministrator:
    case Command::kRequestInvoicePayment:
    case Command::kDecideInvoicePayment:
      return {.target = kTheAccount};
    case Command::kGrantRole:
      return OnRole(request.grant_role());
    case Command::kRevokeRole:
      return OnRole(request.revoke_role());
    case Command::kAddCard:
      return {.subscription = request.add_card().subscription()};
    case Command::kUpdateCard:
      return OnCard(request.update_card().card().name());
    case Command::kRemoveCard:
      return OnCard(request.remove_card().name());
    case Command::kSetActive:
      return In(request.set_active());
    case Command::kCreateSubscription:
      return In(request.create_subscription());
    case Command::kUpdateSubscription: {
      const std::string& name = request.update_subscription().subscription().name();
      return {.target = name, .subscription = name};
    }
    case Command::kChangeBillingProfile: {
      Named named = OnSubscription(request.change_billing_profile());
      named.billing_profile = request.change_billing_profile().billing_profile();
      return named;
    }
    case Command::kDisableSubscription:
      return OnSubscription(request.disable_subscription());
    case Command::kCancelSubscription:
      return OnSubscription(request.cancel_subscription());
    case Command::kReactivateSubscription:
      return OnSubscription(request.reactivate_subscription());
    case Command::kDeleteSubscription:
      return OnSubscription(request.delete_subscription());
    case Command::kCreateBillingProfile:
      return In(request.create_billing_profile());
    case Command::kReplacePaymentMethod:
      return In(request.replace_payment_method());
    case Command::kDetachPaymentMethod: {
      const std::string& name = request.detach_payment_method().name();
      return {.target = name, .billing_profile = name};
    }
    case Command::kRecordCharge:
      return In(request.record_charge());
    case Command::kRecordPayment:
      return OnCharge(request.record_payment());
    case Command::kVoidCharge:
      return OnCharge(request.void_charge());
    case Command::kSettleBalance:
      return In(request.settle_balance());
    case Command::kSwitchToInvoice:
      return In(request.switch_to_invoice());
    case Command::kSendTransfer: {
      const std::string& name = request.send_transfer().subscription();
      return {.target = name, .subscription = name};
    }
    case Command::kAcceptTransfer:
      return In(request.accept_transfer());
    case Command::kDeclineTransfer:
      return OnTransfer(request.decline_transfer());
    case Command::kCancelTransfer:
      return OnTransfer(request.cancel_transfer());
    case Command::kExpireTransfer:
      return OnTransfer(request.expire_transfer());
    case Command::COMMAND_NOT_SET:
      break;
  }
  assert(false && "a refusal without its request");
  return {};
}

}  // namespace billing::projections
