// Proof that the log only grows.
#ifndef BILLING_SERVER_SERVICES_INTEGRITY_SERVICE_H_
#define BILLING_SERVER_SERVICES_INTEGRITY_SERVICE_H_

#include "billing/v1/integrity_service.grpc.pb.h"
#include "server/services/service_calls.h"

namespace billing::server {

class IntegrityServiceCalls final : public ServiceCalls<billing::v1::IntegrityService> {
 public:
  explicit IntegrityServiceCalls(const CallParts& parts);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_INTEGRITY_SERVICE_H_
