#include <utility>

#include "aggregates/account/account.h"

namespace billing::account {

using kernel::Decision;
using kernel::Reason;
using kernel::Refusal;

Decision Decide(const RequestInvoicePayment&, const AccountState& account,
                const kernel::Unpaid& unpaid) {
  if (!account.business) return Refusal{Reason::kBusinessAccountRequired};
  if (account.invoice_payment == v1::INVOICE_PAYMENT_STATE_REQUESTED ||
      account.invoice_payment == v1::INVOICE_PAYMENT_STATE_APPROVED) {
    return Refusal{Reason::kInvoicePaymentAlreadyRequested};
  }
  if (unpaid.past_due_count > 0) return Refusal{Reason::kOutstandingCharges};

  v1::Event fact;
  fact.mutable_invoice_payment_requested();
  return kernel::FactsOf(std::move(fact));
}

Decision Decide(const DecideInvoicePayment& command, const AccountState& account) {
  if (account.invoice_payment != v1::INVOICE_PAYMENT_STATE_REQUESTED) {
    return Refusal{Reason::kInvoicePaymentNotRequested};
  }
  v1::Event fact;
  if (command.approved) {
    fact.mutable_invoice_payment_approved();
  } else {
    fact.mutable_invoice_payment_rejected();
  }
  return kernel::FactsOf(std::move(fact));
}

}  // namespace billing::account
