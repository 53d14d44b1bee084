// What a command of a call of its own and one of a stream have in common.
#ifndef BILLING_SERVER_CALLS_COMMAND_PARTS_H_
#define BILLING_SERVER_CALLS_COMMAND_PARTS_H_

#include <string>

#include "aggregates/kernel/time.h"
#include "billing/v1/common.pb.h"
#include "server/engine/engine.h"

namespace billing::server {

// The id of a new resource, should the request leave it to the server: unique, not secret.
std::string FreshId(kernel::Instant now);

// Of a command that was only validated there is nothing but the position.
billing::v1::Receipt ReceiptOf(const Receipt& receipt, bool validate_only);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_COMMAND_PARTS_H_
