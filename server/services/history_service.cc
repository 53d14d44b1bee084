#include "server/services/history_service.h"

#include "server/reads/account_state_read.h"
#include "server/reads/event_reads.h"
#include "server/reads/explain_read.h"

namespace billing::server {

HistoryServiceCalls::HistoryServiceCalls(const CallParts& parts, WatchHub& watches)
    : UnaryService(parts) {
  Read<ListEventsQuery, v1::ListEventsRequest, v1::ListEventsResponse>("ListEvents");
  Read<GetEventQuery, v1::GetEventRequest, v1::GetEventResponse>("GetEvent");
  Read<ExplainRefusalQuery, v1::ExplainRefusalRequest, v1::ExplainRefusalResponse>(
      "ExplainRefusal");
  StreamRead<GetAccountStateQuery, v1::GetAccountStateRequest>("GetAccountState");
  Stream("WatchEvents",
         [&watches](grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
           return watches.Start(*context, *request);
         });
}

}  // namespace billing::server
