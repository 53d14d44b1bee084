// What runs, and the read models as working parts.
#ifndef BILLING_SERVER_READS_ADMIN_READS_H_
#define BILLING_SERVER_READS_ADMIN_READS_H_

#include <string>

#include "billing/v1/admin_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// Operators and auditors: ROLE_REQUIRED for everybody else.
struct GetServerStatusQuery {
  static Parsed<GetServerStatusQuery> Parse(const billing::v1::GetServerStatusRequest& request);
  Answered<billing::v1::GetServerStatusResponse> Answer(const ReadContext& context) const;
};

// Operators and auditors.
struct ListProjectionsQuery {
  static Parsed<ListProjectionsQuery> Parse(const billing::v1::ListProjectionsRequest& request);
  Answered<billing::v1::ListProjectionsResponse> Answer(const ReadContext& context) const;

  PageQuery page;
};

// No command of the domain: nothing that is recorded changes. Operators.
// PROJECTION_NOT_FOUND, REBUILD_IN_PROGRESS.
struct RebuildProjectionQuery {
  static Parsed<RebuildProjectionQuery> Parse(const billing::v1::RebuildProjectionRequest& request);
  Answered<billing::v1::RebuildProjectionResponse> Answer(const ReadContext& context) const;

  std::string name;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_ADMIN_READS_H_
