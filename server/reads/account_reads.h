// Reads of billing accounts.
#ifndef BILLING_SERVER_READS_ACCOUNT_READS_H_
#define BILLING_SERVER_READS_ACCOUNT_READS_H_

#include <cstddef>

#include "billing/v1/billing_account_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// A query is a checked request. Parse says what is malformed; Answer does the read,
// without `position`, and afterwards states.status() is to be checked.
struct GetBillingAccountQuery {
  // It shows every role that was granted.
  static constexpr size_t kRowsAtOnce = 64;
  static Parsed<GetBillingAccountQuery> Parse(const billing::v1::GetBillingAccountRequest& request);
  Answered<billing::v1::GetBillingAccountResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
};

struct ListBillingAccountsQuery {
  static Parsed<ListBillingAccountsQuery> Parse(
      const billing::v1::ListBillingAccountsRequest& request);
  Answered<billing::v1::ListBillingAccountsResponse> Answer(const ReadContext& context) const;

  PageQuery page;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_ACCOUNT_READS_H_
