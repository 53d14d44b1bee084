#include "server/services/billing_account_service.h"

#include "server/reads/account_reads.h"

namespace billing::server {

BillingAccountServiceCalls::BillingAccountServiceCalls(const CallParts& parts)
    : ServiceCalls(parts) {
  Command<v1::CreateBillingAccountResponse>("CreateBillingAccount",
                                            &v1::Command::mutable_create_billing_account);
  Command<v1::UpdateBillingAccountResponse>("UpdateBillingAccount",
                                            &v1::Command::mutable_update_billing_account);
  Command<v1::GrantRoleResponse>("GrantRole", &v1::Command::mutable_grant_role);
  Command<v1::RevokeRoleResponse>("RevokeRole", &v1::Command::mutable_revoke_role);
  Command<v1::HandOverAdministratorResponse>("HandOverAdministrator",
                                             &v1::Command::mutable_hand_over_administrator);
  Command<v1::SetPolicyResponse>("SetPolicy", &v1::Command::mutable_set_policy);
  Read<GetBillingAccountQuery, v1::GetBillingAccountRequest, v1::GetBillingAccountResponse>(
      "GetBillingAccount");
  Read<ListBillingAccountsQuery, v1::ListBillingAccountsRequest, v1::ListBillingAccountsResponse>(
      "ListBillingAccounts");
}

}  // namespace billing::server
