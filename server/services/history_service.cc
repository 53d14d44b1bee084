#include "server/services/history_service.h"

#include "server/reads/event_reads.h"

namespace billing::server {

HistoryServiceCalls::HistoryServiceCalls(const CallParts& parts) : UnaryService(parts) {
  Read<ListEventsQuery, v1::ListEventsRequest, v1::ListEventsResponse>("ListEvents");
  Read<GetEventQuery, v1::GetEventRequest, v1::GetEventResponse>("GetEvent");
}

}  // namespace billing::server
