// The verbs of the noun `charge`, and what those about balances share with them.
#ifndef BILLING_TOOLS_BILLINGCTL_CHARGE_VERBS_H_
#define BILLING_TOOLS_BILLINGCTL_CHARGE_VERBS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "billing/v1/charge.pb.h"
#include "tools/billingctl/command_line.h"

namespace billing::billingctl {

std::vector<Column<billing::v1::Charge>> ChargeColumns(const absl::TimeZone& zone);

// These stand at the top: `billingctl balance`.
void AddSettle(CommandLine& line);
void AddBalance(CommandLine& line);
void AddGuidance(CommandLine& line);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_CHARGE_VERBS_H_
