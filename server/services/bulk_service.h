// Many commands over one stream.
#ifndef BILLING_SERVER_SERVICES_BULK_SERVICE_H_
#define BILLING_SERVER_SERVICES_BULK_SERVICE_H_

#include "billing/v1/bulk_service.grpc.pb.h"
#include "server/calls/bulk_calls.h"

namespace billing::server {

// Messages pass as bytes, so that what cannot be read gets an answer of ours.
class BulkServiceCalls final
    : public billing::v1::BulkService::WithRawCallbackMethod_ExecuteCommands<
          billing::v1::BulkService::Service> {
 public:
  BulkServiceCalls(const BulkOptions& options, const CallParts& parts) : calls_(options, parts) {}

  BulkCalls::Reactor* ExecuteCommands(grpc::CallbackServerContext* context) override {
    return calls_.Start(*context);
  }

  void Drain() { calls_.Drain(); }

 private:
  BulkCalls calls_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_BULK_SERVICE_H_
