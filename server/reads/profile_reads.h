// Reads of billing profiles.
#ifndef BILLING_SERVER_READS_PROFILE_READS_H_
#define BILLING_SERVER_READS_PROFILE_READS_H_

#include <cstddef>

#include "billing/v1/billing_profile_service.pb.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// A query is a checked request. Parse says what is malformed; Answer does the read,
// without `position`, and afterwards states.status() is to be checked.
struct GetBillingProfileQuery {
  static constexpr bool kIsShort = true;
  static Parsed<GetBillingProfileQuery> Parse(const billing::v1::GetBillingProfileRequest& request);
  Answered<billing::v1::GetBillingProfileResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  kernel::BillingProfileId billing_profile;
};

struct ListBillingProfilesQuery {
  static constexpr size_t kRowsAtOnce = 32;
  static Parsed<ListBillingProfilesQuery> Parse(
      const billing::v1::ListBillingProfilesRequest& request);
  Answered<billing::v1::ListBillingProfilesResponse> Answer(const ReadContext& context) const;

  kernel::AccountId account;
  PageQuery page;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_PROFILE_READS_H_
