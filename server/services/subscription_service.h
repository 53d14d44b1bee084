// What an account pays for.
#ifndef BILLING_SERVER_SERVICES_SUBSCRIPTION_SERVICE_H_
#define BILLING_SERVER_SERVICES_SUBSCRIPTION_SERVICE_H_

#include "billing/v1/subscription_service.grpc.pb.h"
#include "server/services/service_calls.h"

namespace billing::server {

class SubscriptionServiceCalls final : public ServiceCalls<billing::v1::SubscriptionService> {
 public:
  explicit SubscriptionServiceCalls(const CallParts& parts);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_SUBSCRIPTION_SERVICE_H_
