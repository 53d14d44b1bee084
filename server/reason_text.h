// A refusal's reason in words: what is wrong and what to do about it.
#ifndef BILLING_SERVER_REASON_TEXT_H_
#define BILLING_SERVER_REASON_TEXT_H_

#include <string_view>

#include "aggregates/kernel/reason.h"

namespace billing::server {

// One or two sentences. Names no values: those are in the error's metadata.
std::string_view TextOf(kernel::Reason reason);

}  // namespace billing::server

#endif  // BILLING_SERVER_REASON_TEXT_H_
