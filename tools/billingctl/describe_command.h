// Commands in words.
#ifndef BILLING_TOOLS_BILLINGCTL_DESCRIBE_COMMAND_H_
#define BILLING_TOOLS_BILLINGCTL_DESCRIBE_COMMAND_H_

#include <string>

#include "billing/v1/command.pb.h"

namespace billing::billingctl {

// What a command is about, to stand after its own name: ` of visa`, ` of visa on web`.
// Empty when its id was left to the server, and for a command of a later version.
std::string AboutText(const billing::v1::Command& command);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_DESCRIBE_COMMAND_H_
