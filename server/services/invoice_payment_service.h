// Paying by invoice.
#ifndef BILLING_SERVER_SERVICES_INVOICE_PAYMENT_SERVICE_H_
#define BILLING_SERVER_SERVICES_INVOICE_PAYMENT_SERVICE_H_

#include "billing/v1/invoice_payment_service.grpc.pb.h"
#include "server/services/service_calls.h"

namespace billing::server {

class InvoicePaymentServiceCalls final : public ServiceCalls<billing::v1::InvoicePaymentService> {
 public:
  explicit InvoicePaymentServiceCalls(const CallParts& parts);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_INVOICE_PAYMENT_SERVICE_H_
