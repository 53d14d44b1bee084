// Why a recorded command was refused: the rule, and the facts that made it hold.
#ifndef BILLING_PROJECTIONS_EXPLAIN_EXPLAIN_H_
#define BILLING_PROJECTIONS_EXPLAIN_EXPLAIN_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/explain/past.h"
#include "projections/explain/rules.h"

namespace billing::projections {

// Of charges that are past due, at most this many declines are given: the newest.
inline constexpr size_t kPastDueFactsMax = 20;

// Facts are log positions, ascending, each once, all before the refusal's own; some may be of
// another account: that which sent a transfer.
struct Explanation {
  // Never null.
  const Rule* rule = nullptr;
  // What made the reason hold, apart from what its blockers rest on.
  std::vector<uint64_t> facts;
  struct OfBlocker {
    // Null for a type that these rules do not know.
    const Rule* rule = nullptr;
    std::vector<uint64_t> facts;
  };
  // Of each of the refusal's blockers, in its order.
  std::vector<OfBlocker> blockers;
};

// REQUIRES: the record is a CommandRefused, and `past` is its past.
//   DataLoss  its reason is none that these rules know, or a record cannot be read
absl::StatusOr<Explanation> Explain(const storage::v1::Record& refusal, Past& past);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_EXPLAIN_EXPLAIN_H_
