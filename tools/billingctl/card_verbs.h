// The verbs of the noun `card`, and what they share.
#ifndef BILLING_TOOLS_BILLINGCTL_CARD_VERBS_H_
#define BILLING_TOOLS_BILLINGCTL_CARD_VERBS_H_

#include "tools/billingctl/command_line.h"

namespace billing::billingctl {

void AddCardWrites(CommandLine& line, CLI::App* noun);
void AddCardReads(CommandLine& line, CLI::App* noun);
// Stands at the top: `billingctl in-use`.
void AddInUse(CommandLine& line);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_CARD_VERBS_H_
