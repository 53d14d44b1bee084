// The nodes of the tree, read from rows and, for the last leaves, which are in no row yet,
// from the log: what proofs are made of.
#ifndef BILLING_PROJECTIONS_TREE_TREE_NODES_H_
#define BILLING_PROJECTIONS_TREE_TREE_NODES_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/event_log.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/integrity/proof.h"
#include "projections/keyvalue/key_value.h"

namespace billing::projections {

// Of the tree over the records that the rows show. A node is at most 256 rows, or a tile,
// or 255 records. DataLoss when one that must be there is not.
// Both outlive it. As thread-safe as the rows are.
class TreeNodes final : public eventstore::NodeSource {
 public:
  TreeNodes(const RowReader& rows, const eventstore::EventLog& log) : rows_(rows), log_(log) {}

  absl::StatusOr<std::vector<eventstore::Hash>> Nodes(unsigned height, uint64_t first,
                                                      uint64_t count) const override;

 private:
  absl::StatusOr<std::vector<eventstore::Hash>> Leaves(uint64_t first, uint64_t count) const;
  absl::StatusOr<std::vector<eventstore::Hash>> Roots(unsigned height, uint64_t first,
                                                      uint64_t count) const;

  const RowReader& rows_;
  const eventstore::EventLog& log_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_TREE_TREE_NODES_H_
