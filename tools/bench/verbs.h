// The verbs of billing-bench. Each measures its figures and tells them.
//   Unimplemented   the server, or the build, does not have what the verb measures
//   anything else   it could not be measured; figures told before hold
#ifndef BILLING_TOOLS_BENCH_VERBS_H_
#define BILLING_TOOLS_BENCH_VERBS_H_

#include "absl/status/status.h"
#include "tools/bench/bench.h"

namespace billing::bench {

// S1, S2, S3, S5: durable AddCard beside the echo.
absl::Status MeasureCommands(Bench& bench);
// S4: GetCard and ListCardsInUse beside the echo.
absl::Status MeasureReads(Bench& bench);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_VERBS_H_
