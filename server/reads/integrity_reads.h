// Reads of the tree over the log, its signed checkpoints, and the records as they are hashed.
#ifndef BILLING_SERVER_READS_INTEGRITY_READS_H_
#define BILLING_SERVER_READS_INTEGRITY_READS_H_

#include <cstddef>
#include <cstdint>

#include "billing/v1/integrity_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// A query is a checked request. Parse says what is malformed; Answer does the read,
// without `position`, unless it says its own. Checkpoints and proofs are hashes only:
// everybody may read them. Records as they are stored are for auditors: ROLE_REQUIRED for
// everybody else.

struct GetCheckpointQuery {
  // The checkpoint's size, which may be behind what is published.
  static constexpr bool kSaysItsPosition = true;

  static Parsed<GetCheckpointQuery> Parse(const billing::v1::GetCheckpointRequest& request);
  Answered<billing::v1::GetCheckpointResponse> Answer(const ReadContext& context) const;

  uint64_t min_position = 0;
};

struct GetInclusionProofQuery {
  static Parsed<GetInclusionProofQuery> Parse(const billing::v1::GetInclusionProofRequest& request);
  Answered<billing::v1::GetInclusionProofResponse> Answer(const ReadContext& context) const;

  uint64_t position = 0;
  uint64_t tree_size = 0;  // 0: what is published
};

struct GetConsistencyProofQuery {
  static Parsed<GetConsistencyProofQuery> Parse(
      const billing::v1::GetConsistencyProofRequest& request);
  Answered<billing::v1::GetConsistencyProofResponse> Answer(const ReadContext& context) const;

  uint64_t from_size = 0;
  uint64_t to_size = 0;  // 0: what is published
};

struct GetEntriesQuery {
  static Parsed<GetEntriesQuery> Parse(const billing::v1::GetEntriesRequest& request);
  Answered<billing::v1::GetEntriesResponse> Answer(const ReadContext& context) const;

  uint64_t from_position = 0;
  size_t count = 0;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_INTEGRITY_READS_H_
