// The cards of an account, and which of them pays for what.
#ifndef BILLING_SERVER_SERVICES_PAYMENT_METHOD_SERVICE_H_
#define BILLING_SERVER_SERVICES_PAYMENT_METHOD_SERVICE_H_

#include "billing/v1/payment_method_service.grpc.pb.h"
#include "server/services/service_calls.h"

namespace billing::server {

class PaymentMethodServiceCalls final : public ServiceCalls<billing::v1::PaymentMethodService> {
 public:
  explicit PaymentMethodServiceCalls(const CallParts& parts);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_PAYMENT_METHOD_SERVICE_H_
