#include "aggregates/kernel/reason.h"

#include <array>
#include <cassert>
#include <cstddef>

namespace billing::kernel {

namespace {

constexpr size_t kReasonCount = static_cast<size_t>(Reason::kDestinationPastDue) + 1;

constexpr std::array<Reason, kReasonCount> kAllReasons = [] {
  std::array<Reason, kReasonCount> all{};
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Reason>(i);
  return all;
}();

}  // namespace

std::string_view NameOf(Reason reason) {
  switch (reason) {
    case Reason::kRoleRequired:
      return "ROLE_REQUIRED";
    case Reason::kBillingAccountNotFound:
      return "BILLING_ACCOUNT_NOT_FOUND";
    case Reason::kBillingAccountAlreadyExists:
      return "BILLING_ACCOUNT_ALREADY_EXISTS";
    case Reason::kCardNotFound:
      return "CARD_NOT_FOUND";
    case Reason::kSubscriptionNotFound:
      return "SUBSCRIPTION_NOT_FOUND";
    case Reason::kBillingProfileNotFound:
      return "BILLING_PROFILE_NOT_FOUND";
    case Reason::kEtagMismatch:
      return "ETAG_MISMATCH";
    case Reason::kSubscriptionAlreadyExists:
      return "SUBSCRIPTION_ALREADY_EXISTS";
    case Reason::kSubscriptionLimitReached:
      return "SUBSCRIPTION_LIMIT_REACHED";
    case Reason::kAgreementNotSupported:
      return "AGREEMENT_NOT_SUPPORTED";
    case Reason::kBillingProfileRequired:
      return "BILLING_PROFILE_REQUIRED";
    case Reason::kBillingProfileInactive:
      return "BILLING_PROFILE_INACTIVE";
    case Reason::kSubscriptionDeleted:
      return "SUBSCRIPTION_DELETED";
    case Reason::kSubscriptionTransferred:
      return "SUBSCRIPTION_TRANSFERRED";
    case Reason::kInvalidSubscriptionState:
      return "INVALID_SUBSCRIPTION_STATE";
    case Reason::kOutstandingCharges:
      return "OUTSTANDING_CHARGES";
    case Reason::kNoUsablePaymentMethod:
      return "NO_USABLE_PAYMENT_METHOD";
    case Reason::kRetentionPeriodActive:
      return "RETENTION_PERIOD_ACTIVE";
    case Reason::kCardAlreadyExists:
      return "CARD_ALREADY_EXISTS";
    case Reason::kCardExpired:
      return "CARD_EXPIRED";
    case Reason::kCardTypeNotSupported:
      return "CARD_TYPE_NOT_SUPPORTED";
    case Reason::kDebitNotSupportedInCountry:
      return "DEBIT_NOT_SUPPORTED_IN_COUNTRY";
    case Reason::kCardBrandNotSupportedInCountry:
      return "CARD_BRAND_NOT_SUPPORTED_IN_COUNTRY";
    case Reason::kCardCountryMismatch:
      return "CARD_COUNTRY_MISMATCH";
    case Reason::kCardLimitReached:
      return "CARD_LIMIT_REACHED";
    case Reason::kPaymentMethodBelongsToBillingProfile:
      return "PAYMENT_METHOD_BELONGS_TO_BILLING_PROFILE";
    case Reason::kSwitchBackToCardNotAllowed:
      return "SWITCH_BACK_TO_CARD_NOT_ALLOWED";
    case Reason::kCardRemoved:
      return "CARD_REMOVED";
    case Reason::kActiveCardChanged:
      return "ACTIVE_CARD_CHANGED";
    case Reason::kCardNumberImmutable:
      return "CARD_NUMBER_IMMUTABLE";
    case Reason::kCardNotRemovable:
      return "CARD_NOT_REMOVABLE";
    case Reason::kTransferNotFound:
      return "TRANSFER_NOT_FOUND";
    case Reason::kChargeNotFound:
      return "CHARGE_NOT_FOUND";
    case Reason::kInvalidRequest:
      return "INVALID_REQUEST";
    case Reason::kRoleAlreadyGranted:
      return "ROLE_ALREADY_GRANTED";
    case Reason::kRoleNotGranted:
      return "ROLE_NOT_GRANTED";
    case Reason::kAdministratorRequired:
      return "ADMINISTRATOR_REQUIRED";
    case Reason::kRoleLimitReached:
      return "ROLE_LIMIT_REACHED";
    case Reason::kBillingProfileAlreadyExists:
      return "BILLING_PROFILE_ALREADY_EXISTS";
    case Reason::kBillingProfileLimitReached:
      return "BILLING_PROFILE_LIMIT_REACHED";
    case Reason::kPaymentMethodNotEligibleForDetach:
      return "PAYMENT_METHOD_NOT_ELIGIBLE_FOR_DETACH";
    case Reason::kChargeAlreadyExists:
      return "CHARGE_ALREADY_EXISTS";
    case Reason::kChargeAlreadyPaid:
      return "CHARGE_ALREADY_PAID";
    case Reason::kChargeVoided:
      return "CHARGE_VOIDED";
    case Reason::kChargeLimitReached:
      return "CHARGE_LIMIT_REACHED";
    case Reason::kNoBalanceDue:
      return "NO_BALANCE_DUE";
    case Reason::kFullBalanceRequired:
      return "FULL_BALANCE_REQUIRED";
    case Reason::kSettlementAlreadyExists:
      return "SETTLEMENT_ALREADY_EXISTS";
    case Reason::kBusinessAccountRequired:
      return "BUSINESS_ACCOUNT_REQUIRED";
    case Reason::kInvoicePaymentAlreadyRequested:
      return "INVOICE_PAYMENT_ALREADY_REQUESTED";
    case Reason::kInvoicePaymentNotRequested:
      return "INVOICE_PAYMENT_NOT_REQUESTED";
    case Reason::kInvoicePaymentNotApproved:
      return "INVOICE_PAYMENT_NOT_APPROVED";
    case Reason::kSubscriptionNotActive:
      return "SUBSCRIPTION_NOT_ACTIVE";
    case Reason::kTransferAlreadyExists:
      return "TRANSFER_ALREADY_EXISTS";
    case Reason::kTransferAlreadyPending:
      return "TRANSFER_ALREADY_PENDING";
    case Reason::kTransferToSelf:
      return "TRANSFER_TO_SELF";
    case Reason::kTransferExpired:
      return "TRANSFER_EXPIRED";
    case Reason::kTransferNotPending:
      return "TRANSFER_NOT_PENDING";
    case Reason::kCrossCountryNotSupported:
      return "CROSS_COUNTRY_NOT_SUPPORTED";
    case Reason::kDestinationPastDue:
      return "DESTINATION_PAST_DUE";
  }
  assert(false && "a reason is one of the enum's");
  return {};
}

std::optional<Reason> ReasonNamed(std::string_view name) {
  for (const Reason reason : kAllReasons) {
    if (NameOf(reason) == name) return reason;
  }
  return std::nullopt;
}

std::span<const Reason> AllReasons() { return kAllReasons; }

bool IsRecorded(Reason reason) {
  return reason != Reason::kRoleRequired && reason != Reason::kBillingAccountNotFound &&
         reason != Reason::kInvalidRequest;
}

}  // namespace billing::kernel
