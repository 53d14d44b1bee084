// Accounts, their policies, and who may act on them.
#ifndef BILLING_SERVER_SERVICES_BILLING_ACCOUNT_SERVICE_H_
#define BILLING_SERVER_SERVICES_BILLING_ACCOUNT_SERVICE_H_

#include "billing/v1/billing_account_service.grpc.pb.h"
#include "server/services/service_calls.h"

namespace billing::server {

class BillingAccountServiceCalls final : public ServiceCalls<billing::v1::BillingAccountService> {
 public:
  explicit BillingAccountServiceCalls(const CallParts& parts);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_BILLING_ACCOUNT_SERVICE_H_
