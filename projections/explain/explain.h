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

// How many records may be looked at. What is asked for is mostly among the newest few of what it
// concerns; a charge that an account has not paid, or its newest card, may lie far back.
struct ExplainBounds {
  uint64_t records_max = 20'000;
  // For the reason, and for each blocker.
  uint64_t records_of_one_max = 5'000;
};
inline constexpr ExplainBounds kUnbounded = {.records_max = UINT64_MAX,
                                             .records_of_one_max = UINT64_MAX};

struct FoundFacts {
  // Log positions, ascending, each once, all before the refusal's own; some may be of another
  // account: that which sent a transfer.
  std::vector<uint64_t> positions;
  // Whether facts may be missing, which lie further back than was looked.
  bool incomplete = false;
};

struct Explanation {
  // Never null.
  const Rule* rule = nullptr;
  // What made the reason hold, apart from what its blockers rest on.
  FoundFacts facts;
  struct OfBlocker {
    // Null for a type that these rules do not know.
    const Rule* rule = nullptr;
    FoundFacts facts;
  };
  // Of each of the refusal's blockers, in its order.
  std::vector<OfBlocker> blockers;
};

// REQUIRES: the record is a CommandRefused, and `past` is its past.
//   DataLoss  its reason is none that these rules know, or a record cannot be read
absl::StatusOr<Explanation> Explain(const storage::v1::Record& refusal, Past& past,
                                    const ExplainBounds& bounds = {});

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_EXPLAIN_EXPLAIN_H_
