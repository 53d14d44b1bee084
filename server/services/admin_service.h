// What runs, and the read models as working parts.
#ifndef BILLING_SERVER_SERVICES_ADMIN_SERVICE_H_
#define BILLING_SERVER_SERVICES_ADMIN_SERVICE_H_

#include "billing/v1/admin_service.grpc.pb.h"
#include "server/services/service_calls.h"

namespace billing::server {

class AdminServiceCalls final : public ServiceCalls<billing::v1::AdminService> {
 public:
  explicit AdminServiceCalls(const CallParts& parts);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_ADMIN_SERVICE_H_
