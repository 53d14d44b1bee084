#include "server/services/admin_service.h"

#include "server/reads/admin_reads.h"

namespace billing::server {

AdminServiceCalls::AdminServiceCalls(const CallParts& parts) : ServiceCalls(parts) {
  Read<GetServerStatusQuery, v1::GetServerStatusRequest, v1::GetServerStatusResponse>(
      "GetServerStatus");
  Read<ListProjectionsQuery, v1::ListProjectionsRequest, v1::ListProjectionsResponse>(
      "ListProjections");
  Read<RebuildProjectionQuery, v1::RebuildProjectionRequest, v1::RebuildProjectionResponse>(
      "RebuildProjection");
}

}  // namespace billing::server
