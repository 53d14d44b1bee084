#include "server/reason_text.h"

#include <cassert>

namespace billing::server {

std::string_view TextOf(kernel::Reason reason) {
  using kernel::Reason;
  switch (reason) {
    case Reason::kRoleRequired:
      return "None of the caller's roles allows this here and now.";
    case Reason::kBillingAccountNotFound:
      return "There is no such billing account.";
    case Reason::kBillingAccountAlreadyExists:
      return "The billing account's id is or was in use. Choose another one.";
    case Reason::kCardNotFound:
      return "The billing account has no such card.";
    case Reason::kSubscriptionNotFound:
      return "The billing account has no such subscription.";
    case Reason::kBillingProfileNotFound:
      return "The billing account has no such billing profile.";
    case Reason::kEtagMismatch:
      return "The resource changed since it was read. Read it again and decide anew.";
    case Reason::kSubscriptionAlreadyExists:
      return "The subscription's id is or was in use. Choose another one.";
    case Reason::kSubscriptionLimitReached:
      return "The billing account has as many live subscriptions as it may have.";
    case Reason::kAgreementNotSupported:
      return "The billing account's agreement does not have this: cards pay under "
             "pay-as-you-go, billing profiles under a customer agreement.";
    case Reason::kBillingProfileRequired:
      return "Under a customer agreement a subscription is billed to a billing profile. "
             "Name one.";
    case Reason::kBillingProfileInactive:
      return "The billing profile is inactive. Name an active one.";
    case Reason::kSubscriptionDeleted:
      return "The subscription was deleted.";
    case Reason::kSubscriptionTransferred:
      return "The subscription was transferred to another billing account.";
    case Reason::kInvalidSubscriptionState:
      return "The subscription is in a state from which this cannot be done.";
    case Reason::kOutstandingCharges:
      return "A charge is past due. Settle it first.";
    case Reason::kNoUsablePaymentMethod:
      return "The subscription has no usable payment method. Set a valid card active on it "
             "(SetActive), or give its billing profile one (ReplacePaymentMethod), first.";
    case Reason::kRetentionPeriodActive:
      return "The subscription is kept for 90 days after it was disabled or cancelled. "
             "Delete it afterwards.";
    case Reason::kCardAlreadyExists:
      return "The card's id is or was in use, or a live card of the billing account has the "
             "same token or fingerprint.";
    case Reason::kCardExpired:
      return "The card has expired. Use another card; the expiry of a saved one can be updated "
             "(UpdateCard).";
    case Reason::kCardTypeNotSupported:
      return "Prepaid and virtual cards are not accepted. Use another card.";
    case Reason::kDebitNotSupportedInCountry:
      return "Debit cards are not accepted in the billing account's country. Use a credit "
             "card.";
    case Reason::kCardBrandNotSupportedInCountry:
      return "Cards of this brand are not accepted in the billing account's country. Use "
             "another card.";
    case Reason::kCardCountryMismatch:
      return "The billing account's policy demands cards of the account's own country.";
    case Reason::kCardLimitReached:
      return "The billing account has as many cards as its policy allows. Remove one first "
             "(RemoveCard).";
    case Reason::kPaymentMethodBelongsToBillingProfile:
      return "Under a customer agreement the payment method belongs to the billing profile. "
             "Replace it there (ReplacePaymentMethod).";
    case Reason::kSwitchBackToCardNotAllowed:
      return "The subscription pays by invoice and cannot go back to a card.";
    case Reason::kCardRemoved:
      return "The card was removed. Use another card.";
    case Reason::kActiveCardChanged:
      return "The subscription's active card is not the expected one. Read it again and "
             "decide anew.";
    case Reason::kCardNumberImmutable:
      return "Only holder_name, billing_address and expiry of a card can be changed. A new "
             "number is a new card (AddCard).";
    case Reason::kCardNotRemovable:
      return "The card is in use or owes money. Clear every blocker, then remove it.";
    case Reason::kTransferNotFound:
      return "The billing account has sent no such transfer.";
    case Reason::kChargeNotFound:
      return "The billing account has no such charge.";
    case Reason::kInvalidRequest:
      return "The request does not fit the billing account. Correct the named field.";
    case Reason::kRoleAlreadyGranted:
      return "The principal has this role already.";
    case Reason::kRoleNotGranted:
      return "The principal does not have this role.";
    case Reason::kAdministratorRequired:
      return "An account always has one administrator. Hand the account over instead "
             "(HandOverAdministrator).";
    case Reason::kRoleLimitReached:
      return "The billing account has as many roles granted as it may have. Revoke one first "
             "(RevokeRole).";
    case Reason::kBillingProfileAlreadyExists:
      return "The billing profile's id is or was in use. Choose another one.";
    case Reason::kBillingProfileLimitReached:
      return "The billing account has as many billing profiles as it may have; inactive ones "
             "count. Use an existing one.";
    case Reason::kPaymentMethodNotEligibleForDetach:
      return "The profile is in use or owes money. Clear every blocker, then detach.";
    case Reason::kChargeAlreadyExists:
      return "The charge's id is in use. Choose another one.";
    case Reason::kChargeAlreadyPaid:
      return "The charge is paid already; nothing more can be reported of it.";
    case Reason::kChargeVoided:
      return "The charge was voided: nothing is owed. Refund what was captured.";
    case Reason::kChargeLimitReached:
      return "The billing account has as many unpaid charges as it may have. Have some of them "
             "paid (RecordPayment, SettleBalance) or voided (VoidCharge) first.";
    case Reason::kNoBalanceDue:
      return "Nothing is past due on the failed card. There is nothing to settle.";
    case Reason::kFullBalanceRequired:
      return "The amount must be that of all past-due charges on both cards. Read the balance "
             "of each (GetBalance) and settle the whole.";
    case Reason::kSettlementAlreadyExists:
      return "Another settlement was reported under this processor_reference. Report each capture "
             "under its own.";
    case Reason::kBusinessAccountRequired:
      return "Only businesses may pay by invoice. Ask an operator to record that the billing "
             "account is one.";
    case Reason::kInvoicePaymentAlreadyRequested:
      return "Paying by invoice was requested already, or is approved.";
    case Reason::kInvoicePaymentNotRequested:
      return "No request to pay by invoice is waiting for a decision.";
    case Reason::kInvoicePaymentNotApproved:
      return "Paying by invoice is not approved for the billing account. Request it first "
             "(RequestInvoicePayment).";
    case Reason::kSubscriptionNotActive:
      return "Only an active subscription can be transferred. Settle what is past due, or "
             "reactivate it (ReactivateSubscription) first.";
    case Reason::kTransferAlreadyExists:
      return "The transfer's id is or was in use. Choose another one.";
    case Reason::kTransferAlreadyPending:
      return "The subscription is offered in a pending transfer. Cancel that one first "
             "(CancelTransfer).";
    case Reason::kTransferToSelf:
      return "The subscription is in this billing account already. Name another one.";
    case Reason::kTransferExpired:
      return "The transfer was not accepted in time. Ask the sender for a new one "
             "(SendTransfer).";
    case Reason::kTransferNotPending:
      return "The transfer was accepted, declined or cancelled already.";
    case Reason::kCrossCountryNotSupported:
      return "The two billing accounts are of different countries: the subscription cannot be "
             "transferred between them.";
    case Reason::kDestinationPastDue:
      return "The receiving billing account has past-due charges. Settle them first.";
  }
  assert(false && "every reason has its text");
  return "";
}

}  // namespace billing::server
