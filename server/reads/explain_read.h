// Why a recorded command was refused.
#ifndef BILLING_SERVER_READS_EXPLAIN_READ_H_
#define BILLING_SERVER_READS_EXPLAIN_READ_H_

#include <cstdint>

#include "billing/v1/history_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// A query is a checked request. Parse says what is malformed; Answer does the read, without
// `position`, and afterwards states.status() is to be checked.
//
// Shown to whoever may see the refusal in the history. Facts of accounts that the caller may
// not read are left out.
struct ExplainRefusalQuery {
  static Parsed<ExplainRefusalQuery> Parse(const billing::v1::ExplainRefusalRequest& request);
  Answered<billing::v1::ExplainRefusalResponse> Answer(const ReadContext& context) const;

  uint64_t position;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_EXPLAIN_READ_H_
