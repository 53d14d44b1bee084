// What happened.
#ifndef BILLING_SERVER_SERVICES_HISTORY_SERVICE_H_
#define BILLING_SERVER_SERVICES_HISTORY_SERVICE_H_

#include "billing/v1/history_service.grpc.pb.h"
#include "server/services/service_calls.h"
#include "server/watch/hub.h"

namespace billing::server {

class HistoryServiceCalls final : public ServiceCalls<billing::v1::HistoryService> {
 public:
  // Both outlive the service.
  HistoryServiceCalls(const CallParts& parts, WatchHub& watches);
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_HISTORY_SERVICE_H_
