// Ids of requests, made by the client so that a write can be repeated safely.
#ifndef BILLING_TOOLS_BILLINGCTL_REQUEST_ID_H_
#define BILLING_TOOLS_BILLINGCTL_REQUEST_ID_H_

#include <string>

namespace billing::billingctl {

// A UUIDv7 in text: ids made later sort later, which the server's index likes.
std::string NewRequestId();

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_REQUEST_ID_H_
