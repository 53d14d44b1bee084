// The verbs of the noun `account` that stand in files of their own.
#ifndef BILLING_TOOLS_BILLINGCTL_ACCOUNT_VERBS_H_
#define BILLING_TOOLS_BILLINGCTL_ACCOUNT_VERBS_H_

#include "billing/v1/billing_account.pb.h"
#include "tools/billingctl/command_line.h"

namespace billing::billingctl {

// grant-role, revoke-role, hand-over.
void AddAccountRoles(CommandLine& line, CLI::App* noun);
// Who holds which role, as a table; nothing when nobody is shown.
void PrintRoles(const Context& context, const billing::v1::BillingAccount& account);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_ACCOUNT_VERBS_H_
