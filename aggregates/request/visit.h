// From any command to what is done with its own request message. Internal to this room.
#ifndef BILLING_AGGREGATES_REQUEST_VISIT_H_
#define BILLING_AGGREGATES_REQUEST_VISIT_H_

#include <concepts>
#include <type_traits>

#include "billing/v1/command.pb.h"

namespace billing::request {

// Calls `with` with the two members that get the request message that `command` holds, the one
// for reading and the one for changing. False, and nothing is called, when it holds none.
//
// The one list of all requests: who handles them with overloads cannot forget one.
template <class With>
bool WithRequestMembers(const v1::Command& command, const With& use) {
  using C = v1::Command;
  const auto with = [&use](auto get, auto get_mutable) {
    use(get, get_mutable);
    return true;
  };
  switch (command.command_case()) {
    case C::kCreateBillingAccount:
      return with(&C::create_billing_account, &C::mutable_create_billing_account);
    case C::kSetPolicy:
      return with(&C::set_policy, &C::mutable_set_policy);
    case C::kUpdateBillingAccount:
      return with(&C::update_billing_account, &C::mutable_update_billing_account);
    case C::kGrantRole:
      return with(&C::grant_role, &C::mutable_grant_role);
    case C::kRevokeRole:
      return with(&C::revoke_role, &C::mutable_revoke_role);
    case C::kHandOverAdministrator:
      return with(&C::hand_over_administrator, &C::mutable_hand_over_administrator);
    case C::kAddCard:
      return with(&C::add_card, &C::mutable_add_card);
    case C::kUpdateCard:
      return with(&C::update_card, &C::mutable_update_card);
    case C::kSetActive:
      return with(&C::set_active, &C::mutable_set_active);
    case C::kRemoveCard:
      return with(&C::remove_card, &C::mutable_remove_card);
    case C::kCreateSubscription:
      return with(&C::create_subscription, &C::mutable_create_subscription);
    case C::kUpdateSubscription:
      return with(&C::update_subscription, &C::mutable_update_subscription);
    case C::kChangeBillingProfile:
      return with(&C::change_billing_profile, &C::mutable_change_billing_profile);
    case C::kDisableSubscription:
      return with(&C::disable_subscription, &C::mutable_disable_subscription);
    case C::kCancelSubscription:
      return with(&C::cancel_subscription, &C::mutable_cancel_subscription);
    case C::kReactivateSubscription:
      return with(&C::reactivate_subscription, &C::mutable_reactivate_subscription);
    case C::kDeleteSubscription:
      return with(&C::delete_subscription, &C::mutable_delete_subscription);
    case C::kCreateBillingProfile:
      return with(&C::create_billing_profile, &C::mutable_create_billing_profile);
    case C::kReplacePaymentMethod:
      return with(&C::replace_payment_method, &C::mutable_replace_payment_method);
    case C::kDetachPaymentMethod:
      return with(&C::detach_payment_method, &C::mutable_detach_payment_method);
    case C::kRecordCharge:
      return with(&C::record_charge, &C::mutable_record_charge);
    case C::kRecordPayment:
      return with(&C::record_payment, &C::mutable_record_payment);
    case C::kVoidCharge:
      return with(&C::void_charge, &C::mutable_void_charge);
    case C::kSettleBalance:
      return with(&C::settle_balance, &C::mutable_settle_balance);
    case C::kRequestInvoicePayment:
      return with(&C::request_invoice_payment, &C::mutable_request_invoice_payment);
    case C::kDecideInvoicePayment:
      return with(&C::decide_invoice_payment, &C::mutable_decide_invoice_payment);
    case C::kSwitchToInvoice:
      return with(&C::switch_to_invoice, &C::mutable_switch_to_invoice);
    case C::kSendTransfer:
      return with(&C::send_transfer, &C::mutable_send_transfer);
    case C::kAcceptTransfer:
      return with(&C::accept_transfer, &C::mutable_accept_transfer);
    case C::kDeclineTransfer:
      return with(&C::decline_transfer, &C::mutable_decline_transfer);
    case C::kCancelTransfer:
      return with(&C::cancel_transfer, &C::mutable_cancel_transfer);
    case C::kExpireTransfer:
      return with(&C::expire_transfer, &C::mutable_expire_transfer);
    case C::COMMAND_NOT_SET:
      break;
  }
  return false;
}

// Calls `visit` with the request message that `command` holds, which it may change when
// `command` may be changed. False, and nothing is called, when `command` holds none.
template <class Command, class Visitor>
requires std::same_as<std::remove_const_t<Command>, v1::Command>
bool VisitRequest(Command& command, const Visitor& visit) {
  return WithRequestMembers(command, [&command, &visit](auto get, auto get_mutable) {
    if constexpr (std::is_const_v<Command>) {
      visit((command.*get)());
    } else {
      visit(*(command.*get_mutable)());
    }
  });
}

// Calls `visit` with the request message that `command` holds, and with one of the same type
// that `made` holds from then on. False, and nothing is called, when `command` holds none.
template <class Visitor>
bool VisitRequestAndMake(const v1::Command& command, v1::Command& made, const Visitor& visit) {
  return WithRequestMembers(command, [&](auto get, auto get_mutable) {
    visit((command.*get)(), *(made.*get_mutable)());
  });
}

}  // namespace billing::request

#endif  // BILLING_AGGREGATES_REQUEST_VISIT_H_
