// What is owed, what was paid, and what was declined.
#ifndef BILLING_SERVER_SERVICES_PAYMENT_SERVICE_H_
#define BILLING_SERVER_SERVICES_PAYMENT_SERVICE_H_

#include "billing/v1/payment_service.grpc.pb.h"
#include "server/services/service_calls.h"

namespace billing::server {

class PaymentServiceCalls final : public ServiceCalls<billing::v1::PaymentService> {
 public:
  explicit PaymentServiceCalls(const CallParts& parts);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_PAYMENT_SERVICE_H_
