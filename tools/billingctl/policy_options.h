// The fields of a policy as flags.
#ifndef BILLING_TOOLS_BILLINGCTL_POLICY_OPTIONS_H_
#define BILLING_TOOLS_BILLINGCTL_POLICY_OPTIONS_H_

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "billing/v1/billing_account.pb.h"

namespace billing::billingctl {

// A policy that flags fill in; `policy` is absent while no flag was given.
struct PolicyOptions {
  std::unique_ptr<billing::v1::Policy> policy;
};

// Adds a flag per field. Fields without a flag mean their defaults.
void AddPolicyOptions(CLI::App* verb, const std::shared_ptr<PolicyOptions>& options);

// `ACTIVE, PAST_DUE`.
std::string HoldingStatesText(const billing::v1::Policy& policy);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_POLICY_OPTIONS_H_
