// What a load consists of: one method, the callers' headers, and requests that were
// serialized before the clock started.
#ifndef BILLING_TOOLS_BENCH_TRAFFIC_H_
#define BILLING_TOOLS_BENCH_TRAFFIC_H_

#include <string>
#include <utility>
#include <vector>

#include "grpcpp/support/status_code_enum.h"

namespace billing::bench {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Traffic {
  std::string method;  // `/billing.v1.PaymentMethodService/AddCard`
  Headers headers;
  // Sent in this order, each once. Not copied while the load runs.
  std::vector<std::string> requests;
  // The status that every answer must have; any other is a failure.
  grpc::StatusCode expected = grpc::StatusCode::OK;
};

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_TRAFFIC_H_
