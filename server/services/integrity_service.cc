#include "server/services/integrity_service.h"

#include "server/reads/integrity_reads.h"

namespace billing::server {

IntegrityServiceCalls::IntegrityServiceCalls(const CallParts& parts) : ServiceCalls(parts) {
  Read<GetCheckpointQuery, v1::GetCheckpointRequest, v1::GetCheckpointResponse>("GetCheckpoint");
  Read<GetInclusionProofQuery, v1::GetInclusionProofRequest, v1::GetInclusionProofResponse>(
      "GetInclusionProof");
  Read<GetConsistencyProofQuery, v1::GetConsistencyProofRequest, v1::GetConsistencyProofResponse>(
      "GetConsistencyProof");
  Read<GetEntriesQuery, v1::GetEntriesRequest, v1::GetEntriesResponse>("GetEntries");
}

}  // namespace billing::server
