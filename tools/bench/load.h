// A closed-loop load generator for unary calls: so many calls in flight, each answered
// one replaced at once, latencies recorded. Messages are bytes, so that the same loop
// drives billingd and the echo.
#ifndef BILLING_TOOLS_BENCH_LOAD_H_
#define BILLING_TOOLS_BENCH_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace billing::bench {

struct LoadOptions {
  std::string address;
  std::string method;  // `/billing.v1.PaymentMethodService/AddCard`
  std::vector<std::pair<std::string, std::string>> metadata;
  size_t calls = 0;        // in all
  size_t connections = 1;  // one channel and one thread each
  size_t in_flight = 1;    // in all, spread over the connections
  // The request of the i-th call, serialized; called from several threads.
  std::function<std::string(size_t index)> request;
};

struct LoadResult {
  double seconds = 0;
  // Microseconds from sending to the answer, sorted; failed calls included.
  std::vector<int64_t> latencies_us;
  size_t failed = 0;
  std::string first_failure;
  size_t reply_bytes = 0;  // of the last answer

  double CallsPerSecond() const;
  // The latency that this share of the calls does not exceed; 0 < share <= 1.
  int64_t PercentileUs(double share) const;
};

LoadResult RunLoad(const LoadOptions& options);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_LOAD_H_
