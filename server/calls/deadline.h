// When a caller gives up. gRPC's deadlines run on gRPC's own clock.
#ifndef BILLING_SERVER_CALLS_DEADLINE_H_
#define BILLING_SERVER_CALLS_DEADLINE_H_

#include <cstdint>

#include "grpcpp/server_context.h"

namespace billing::server {

// Microseconds until the caller's deadline, negative when it has passed; a day when it
// has none.
int64_t RemainingUs(const grpc::CallbackServerContext& context);

// The caller is gone or its deadline has passed. Thread-safe until the call is finished.
bool IsAbandoned(const grpc::CallbackServerContext& context);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_DEADLINE_H_
