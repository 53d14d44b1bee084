// Facts in words.
#ifndef BILLING_TOOLS_BILLINGCTL_DESCRIBE_H_
#define BILLING_TOOLS_BILLINGCTL_DESCRIBE_H_

#include <string>

#include "absl/time/time.h"
#include "billing/v1/event.pb.h"

namespace billing::billingctl {

// One line: `card visa added from web (VISA …1111, expires 2030-04)`. Ids instead of
// full names, times in `zone`; never personal or vault data. A fact of a later version is
// called so.
std::string Describe(const billing::v1::Event& event, const absl::TimeZone& zone);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_DESCRIBE_H_
