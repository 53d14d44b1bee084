#include "server/reason_text.h"

#include <cassert>

namespace billing::server {

std::string_view TextOf(kernel::Reason reason) {
  using kernel::Reason;
  switch (reason) {
    case Reason::kRoleRequired:
      return "The caller has no role that allows this. Ask the account's administrator.";
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
             "(SetActive) first.";
    case Reason::kRetentionPeriodActive:
      return "The subscription is kept for 90 days after it was disabled or cancelled. "
             "Delete it afterwards.";
    case Reason::kCardAlreadyExists:
      return "The card's id is or was in use, or a live card of the billing account has the "
             "same token or fingerprint.";
    case Reason::kCardExpired:
      return "The card has expired. Use another card, or update its expiry (UpdateCard).";
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
             "Replace it there.";
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
  }
  assert(false && "every reason has its text");
  return "";
}

}  // namespace billing::server
