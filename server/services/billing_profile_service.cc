#include "server/services/billing_profile_service.h"

#include "server/reads/profile_reads.h"

namespace billing::server {

BillingProfileServiceCalls::BillingProfileServiceCalls(const CallParts& parts)
    : ServiceCalls(parts) {
  Command<v1::CreateBillingProfileResponse>("CreateBillingProfile",
                                            &v1::Command::mutable_create_billing_profile);
  Command<v1::ReplacePaymentMethodResponse>("ReplacePaymentMethod",
                                            &v1::Command::mutable_replace_payment_method);
  Command<v1::DetachPaymentMethodResponse>("DetachPaymentMethod",
                                           &v1::Command::mutable_detach_payment_method);
  Read<GetBillingProfileQuery, v1::GetBillingProfileRequest, v1::GetBillingProfileResponse>(
      "GetBillingProfile");
  Read<ListBillingProfilesQuery, v1::ListBillingProfilesRequest, v1::ListBillingProfilesResponse>(
      "ListBillingProfiles");
}

}  // namespace billing::server
