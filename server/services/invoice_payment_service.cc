#include "server/services/invoice_payment_service.h"

namespace billing::server {

InvoicePaymentServiceCalls::InvoicePaymentServiceCalls(const CallParts& parts)
    : ServiceCalls(parts) {
  Command<v1::RequestInvoicePaymentResponse>("RequestInvoicePayment",
                                             &v1::Command::mutable_request_invoice_payment);
  Command<v1::DecideInvoicePaymentResponse>("DecideInvoicePayment",
                                            &v1::Command::mutable_decide_invoice_payment);
  Command<v1::SwitchToInvoiceResponse>("SwitchToInvoice", &v1::Command::mutable_switch_to_invoice);
}

}  // namespace billing::server
