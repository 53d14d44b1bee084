// The payment methods of a customer agreement.
#ifndef BILLING_SERVER_SERVICES_BILLING_PROFILE_SERVICE_H_
#define BILLING_SERVER_SERVICES_BILLING_PROFILE_SERVICE_H_

#include "billing/v1/billing_profile_service.grpc.pb.h"
#include "server/services/service_calls.h"

namespace billing::server {

class BillingProfileServiceCalls final : public ServiceCalls<billing::v1::BillingProfileService> {
 public:
  explicit BillingProfileServiceCalls(const CallParts& parts);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_BILLING_PROFILE_SERVICE_H_
