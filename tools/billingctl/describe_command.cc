#include "tools/billingctl/describe_command.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/billingctl/names.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {
namespace {

using billing::v1::Command;

// ` of OWNER to users/bob on main`: a role on the whole account needs no place.
template <class Request>
std::string RoleText(const char* to_or_from, const Request& request) {
  const bool on_profile = absl::StrContains(request.name(), "/billingProfiles/");
  return absl::StrCat(" of ", WordOf(request.role()), " ", to_or_from, " ", request.principal(),
                      on_profile ? With("on profile", request.name()) : "");
}

std::string About(const billing::v1::HandOverAdministratorRequest& request) {
  return absl::StrCat(" to ", request.principal());
}

std::string About(const billing::v1::SetActiveRequest& request) {
  return absl::StrCat(With("of", request.card()), With("on", request.subscription()));
}

std::string About(const billing::v1::ChangeBillingProfileRequest& request) {
  return absl::StrCat(With("of", request.name()), With("to", request.billing_profile()));
}

std::string About(const billing::v1::ReplacePaymentMethodRequest& request) {
  return absl::StrCat(With("of", request.name()), With("by", request.card()));
}

std::string About(const billing::v1::RecordPaymentRequest& request) {
  return absl::StrCat(With("of", request.name()), " as ", WordOf(request.outcome()));
}

std::string About(const billing::v1::SettleBalanceRequest& request) {
  return absl::StrCat(With("of", request.failed_card()), With("with", request.paying_card()));
}

std::string About(const billing::v1::DecideInvoicePaymentRequest& request) {
  return absl::StrCat(With("of", request.name()), " as ",
                      request.approved() ? "approved" : "rejected");
}

std::string About(const billing::v1::SendTransferRequest& request) {
  return absl::StrCat(With("of", request.subscription()), With("to", request.to_billing_account()));
}

}  // namespace

std::string AboutText(const Command& command) {
  switch (command.command_case()) {
    case Command::kCreateBillingAccount:
      return With("of", command.create_billing_account().billing_account_id());
    case Command::kSetPolicy:
      return With("of", command.set_policy().name());
    case Command::kUpdateBillingAccount:
      return With("of", command.update_billing_account().billing_account().name());
    case Command::kGrantRole:
      return RoleText("to", command.grant_role());
    case Command::kRevokeRole:
      return RoleText("from", command.revoke_role());
    case Command::kHandOverAdministrator:
      return About(command.hand_over_administrator());
    case Command::kAddCard:
      return With("of", command.add_card().card_id());
    case Command::kUpdateCard:
      return With("of", command.update_card().card().name());
    case Command::kSetActive:
      return About(command.set_active());
    case Command::kRemoveCard:
      return With("of", command.remove_card().name());
    case Command::kCreateSubscription:
      return With("of", command.create_subscription().subscription_id());
    case Command::kUpdateSubscription:
      return With("of", command.update_subscription().subscription().name());
    case Command::kChangeBillingProfile:
      return About(command.change_billing_profile());
    case Command::kDisableSubscription:
      return With("of", command.disable_subscription().name());
    case Command::kCancelSubscription:
      return With("of", command.cancel_subscription().name());
    case Command::kReactivateSubscription:
      return With("of", command.reactivate_subscription().name());
    case Command::kDeleteSubscription:
      return With("of", command.delete_subscription().name());
    case Command::kCreateBillingProfile:
      return With("of", command.create_billing_profile().billing_profile_id());
    case Command::kReplacePaymentMethod:
      return About(command.replace_payment_method());
    case Command::kDetachPaymentMethod:
      return With("of", command.detach_payment_method().name());
    case Command::kRecordCharge:
      return With("of", command.record_charge().charge_id());
    case Command::kRecordPayment:
      return About(command.record_payment());
    case Command::kVoidCharge:
      return With("of", command.void_charge().name());
    case Command::kSettleBalance:
      return About(command.settle_balance());
    case Command::kRequestInvoicePayment:
      return With("of", command.request_invoice_payment().name());
    case Command::kDecideInvoicePayment:
      return About(command.decide_invoice_payment());
    case Command::kSwitchToInvoice:
      return With("of", command.switch_to_invoice().name());
    case Command::kSendTransfer:
      return About(command.send_transfer());
    case Command::kAcceptTransfer:
      return With("of", command.accept_transfer().name());
    case Command::kDeclineTransfer:
      return With("of", command.decline_transfer().name());
    case Command::kCancelTransfer:
      return With("of", command.cancel_transfer().name());
    case Command::kExpireTransfer:
      return With("of", command.expire_transfer().name());
    case Command::COMMAND_NOT_SET:
      return "";
  }
  return "";
}

}  // namespace billing::billingctl
