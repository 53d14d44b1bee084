// The echo: a bare gRPC server that answers every call with the same number of bytes.
// What a call costs when nothing is decided, proved or stored.
#ifndef BILLING_TOOLS_BENCH_ECHO_H_
#define BILLING_TOOLS_BENCH_ECHO_H_

#include <cstddef>

namespace billing::bench {

// Serves any method on a free loopback port, prints `echo listen=ADDRESS`, and returns
// after SIGTERM. Callback style, as billingd.
int ServeEcho(size_t reply_bytes);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_ECHO_H_
