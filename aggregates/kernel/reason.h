// Why a command was refused: the closed list of reasons that clients see as
// google.rpc.ErrorInfo.reason. Source: design page "The domain", Commands.
#ifndef BILLING_AGGREGATES_KERNEL_REASON_H_
#define BILLING_AGGREGATES_KERNEL_REASON_H_

#include <optional>
#include <span>
#include <string_view>

namespace billing::kernel {

enum class Reason {
  kRoleRequired,
  kBillingAccountNotFound,
  kBillingAccountAlreadyExists,
  kCardNotFound,
  kSubscriptionNotFound,
  kBillingProfileNotFound,
  kEtagMismatch,
  kSubscriptionAlreadyExists,
  kSubscriptionLimitReached,
  kAgreementNotSupported,
  kBillingProfileRequired,
  kBillingProfileInactive,
  kSubscriptionDeleted,
  kSubscriptionTransferred,
  kInvalidSubscriptionState,
  kOutstandingCharges,
  kNoUsablePaymentMethod,
  kRetentionPeriodActive,
  kCardAlreadyExists,
  kCardExpired,
  kCardTypeNotSupported,
  kDebitNotSupportedInCountry,
  kCardBrandNotSupportedInCountry,
  kCardCountryMismatch,
  kCardLimitReached,
  kPaymentMethodBelongsToBillingProfile,
  kSwitchBackToCardNotAllowed,
  kCardRemoved,
  kActiveCardChanged,
  kCardNumberImmutable,
  kCardNotRemovable,
  kTransferNotFound,
  kChargeNotFound,
  kInvalidRequest,
  kRoleAlreadyGranted,
  kRoleNotGranted,
  kAdministratorRequired,
  kRoleLimitReached,
  kBillingProfileAlreadyExists,
  kBillingProfileLimitReached,
  kPaymentMethodNotEligibleForDetach,
  kChargeAlreadyExists,
  kChargeAlreadyPaid,
  kChargeVoided,
  kChargeLimitReached,
  kNoBalanceDue,
  kFullBalanceRequired,
  kSettlementAlreadyExists,
  kBusinessAccountRequired,
  kInvoicePaymentAlreadyRequested,
  kInvoicePaymentNotRequested,
  kInvoicePaymentNotApproved,
  kSubscriptionNotActive,
  kTransferAlreadyExists,
  kTransferAlreadyPending,
  kTransferToSelf,
  kTransferExpired,
  kTransferNotPending,
  kCrossCountryNotSupported,
  kDestinationPastDue,
};

// `CARD_NOT_REMOVABLE`.
std::string_view NameOf(Reason reason);
std::optional<Reason> ReasonNamed(std::string_view name);

// Every reason, in declaration order: the tests walk it.
std::span<const Reason> AllReasons();

// Whether a command refused for this reason leaves a CommandRefused record: not when
// the caller may not know the account, or there is none, or the request is malformed in a
// way that only the account's state shows.
bool IsRecorded(Reason reason);

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_REASON_H_
