// grpc.channelz.v1: what gRPC knows of its servers and their connections, for operators who look
// for one that misbehaves. gRPC's own brings threads that wait for the same sockets as the
// loop's.
#ifndef BILLING_SERVER_RPC_CHANNELZ_H_
#define BILLING_SERVER_RPC_CHANNELZ_H_

#include "server/rpc/call.h"

namespace billing::server {

// NOT_FOUND: gRPC knows nothing of that number. Whoever may connect may ask, and learns the
// addresses of the others.
void AddChannelz(Methods& methods);

}  // namespace billing::server

#endif  // BILLING_SERVER_RPC_CHANNELZ_H_
