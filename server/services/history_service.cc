#include "server/services/history_service.h"

#include "server/reads/account_state_read.h"
#include "server/reads/event_reads.h"
#include "server/reads/explain_read.h"

namespace billing::server {

HistoryServiceCalls::HistoryServiceCalls(const CallParts& parts, WatchHub& watches)
    : ServiceCalls(parts) {
  Read<ListEventsQuery, v1::ListEventsRequest, v1::ListEventsResponse>("ListEvents");
  Read<GetEventQuery, v1::GetEventRequest, v1::GetEventResponse>("GetEvent");
  Read<ExplainRefusalQuery, v1::ExplainRefusalRequest, v1::ExplainRefusalResponse>(
      "ExplainRefusal");
  StreamRead<GetAccountStateQuery, v1::GetAccountStateRequest>("GetAccountState");
  Serve("WatchEvents",
        [&watches](Call& call, const grpc::ByteBuffer& request) { watches.Start(call, request); });
}

}  // namespace billing::server
