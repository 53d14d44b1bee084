// Many commands over one stream.
#ifndef BILLING_SERVER_SERVICES_BULK_SERVICE_H_
#define BILLING_SERVER_SERVICES_BULK_SERVICE_H_

#include "billing/v1/bulk_service.grpc.pb.h"
#include "server/calls/bulk_calls.h"
#include "server/services/service_calls.h"

namespace billing::server {

class BulkServiceCalls final : public ServiceCalls<billing::v1::BulkService> {
 public:
  // Both outlive the service.
  BulkServiceCalls(const CallParts& parts, BulkCalls& streams) : ServiceCalls(parts) {
    Serve("ExecuteCommands",
          [&streams](Call& call, const grpc::ByteBuffer&) { streams.Start(call); });
  }
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_BULK_SERVICE_H_
