// An account as it was.
#ifndef BILLING_SERVER_READS_ACCOUNT_STATE_READ_H_
#define BILLING_SERVER_READS_ACCOUNT_STATE_READ_H_

#include <cstdint>
#include <optional>

#include "billing/v1/history_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/part_sink.h"
#include "server/reads/read_context.h"

namespace billing::server {

// A query is a checked request. Parse says what is malformed.
//
// Shown to whoever may read the account now, redacted by the roles that they have now.
// A time that is still to come shows the account as it is now, with derived fields as of then.
struct GetAccountStateQuery {
  static Parsed<GetAccountStateQuery> Parse(const billing::v1::GetAccountStateRequest& request);
  // Sends the parts of a GetAccountStateResponse each.
  std::optional<Problem> Answer(const StreamSource& source, PartSink& sink) const;

  kernel::AccountId account;
  // At most one of the two; neither: now.
  std::optional<uint64_t> at_position;
  std::optional<kernel::Instant> at_time;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_ACCOUNT_STATE_READ_H_
