// The echo: a bare gRPC server that answers every call with the same number of bytes.
// What a call costs when nothing is decided, proved or stored.
//
// Built the best way that gRPC 1.51 allows on two cores, measured there with this load
// generator (calls per second, CPU of the server per call): one completion queue with one
// thread 118,000, 8.3 us; two queues with a thread each 88,000, 10.7 us; callback style
// 66,000, 18 us. Working in turns, as billingd's loop does, made it no faster. Its memory is
// jemalloc's, as billingd's is, which takes a tenth from its CPU and nothing from its calls.
#ifndef BILLING_TOOLS_BENCH_ECHO_H_
#define BILLING_TOOLS_BENCH_ECHO_H_

#include <cstddef>

namespace billing::bench {

// Serves any method on a free loopback port after printing `echo listen=ADDRESS`, until a
// signal ends the process: there is nothing to lose. Returns 1 when it cannot serve.
int ServeEcho(size_t reply_bytes);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_ECHO_H_
