// What the figures were measured on.
#ifndef BILLING_TOOLS_BENCH_MACHINE_H_
#define BILLING_TOOLS_BENCH_MACHINE_H_

#include <string>

#include "absl/status/statusor.h"
#include "tools/bench/figure.h"

namespace billing::bench {

// Processor, cores, memory, kernel, gRPC, and the file system of `folder`.
Words DescribeMachine(const std::string& folder);

// Microseconds that one data sync takes after 300 bytes were appended to a file in
// `folder`, the size of a record: the median of 300.
absl::StatusOr<double> MeasureSyncUs(const std::string& folder);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_MACHINE_H_
