// Moving subscriptions between accounts.
#ifndef BILLING_SERVER_SERVICES_TRANSFER_SERVICE_H_
#define BILLING_SERVER_SERVICES_TRANSFER_SERVICE_H_

#include "billing/v1/transfer_service.grpc.pb.h"
#include "server/services/service_calls.h"

namespace billing::server {

class TransferServiceCalls final : public ServiceCalls<billing::v1::TransferService> {
 public:
  explicit TransferServiceCalls(const CallParts& parts);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_TRANSFER_SERVICE_H_
