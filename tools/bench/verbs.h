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
// S6: AddCard over streams, beside the same commands as calls.
absl::Status MeasureBulk(Bench& bench);
// S7, S8: auditing a log, and building its read models anew.
//   InvalidArgument   the options name a server that runs already
absl::Status MeasureReplay(Bench& bench);
// S14: AddCard with and without watches.
absl::Status MeasureWatches(Bench& bench);
// S15: the state of an account with a long history.
absl::Status MeasureStates(Bench& bench);
// S9, S11, S12, S13: a large store beside a small one, and starting on it; then S10: a
// large account beside a small one.
//   InvalidArgument   the options name a server that runs already, or a store that cannot be
absl::Status MeasureGrowth(Bench& bench);
// S10 alone; called by MeasureGrowth.
absl::Status MeasureLargeAccount(Bench& bench);

}  // namespace billing::bench

#endif  // BILLING_TOOLS_BENCH_VERBS_H_
