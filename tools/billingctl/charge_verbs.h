// The verbs about balances, which stand at the top: `billingctl balance`.
#ifndef BILLING_TOOLS_BILLINGCTL_CHARGE_VERBS_H_
#define BILLING_TOOLS_BILLINGCTL_CHARGE_VERBS_H_

#include "tools/billingctl/command_line.h"

namespace billing::billingctl {

void AddSettle(CommandLine& line);
void AddBalance(CommandLine& line);
void AddGuidance(CommandLine& line);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_CHARGE_VERBS_H_
