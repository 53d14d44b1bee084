// The tree over the log while it grows: what the next leaf needs in memory, and the nodes
// that proofs need as rows.
#ifndef BILLING_PROJECTIONS_TREE_GROWING_TREE_H_
#define BILLING_PROJECTIONS_TREE_GROWING_TREE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "eventstore/integrity/merkle.h"
#include "projections/keyvalue/key_value.h"

namespace billing::projections {

// At most 8 KiB and 64 hashes.
class GrowingTree {
 public:
  // The empty tree.
  GrowingTree() = default;
  // What Frontier() and Tile() gave earlier; nothing for other bytes.
  static std::optional<GrowingTree> Parse(std::string_view frontier, std::string_view tile);

  // Appends a leaf and puts the rows of what it completes: a tile of leaves, and the roots
  // of subtrees of the heights 8, 16, …
  void Append(const eventstore::Hash& leaf, RowWriter& rows);

  uint64_t size() const { return frontier_.size(); }
  eventstore::Hash Root() const { return frontier_.Root(); }

  // As in eventstore/integrity/merkle.h.
  std::string Frontier() const { return frontier_.Serialize(); }
  // The hashes of the leaves that are in no tile yet: 32 bytes each, at most 255.
  const std::string& Tile() const { return tile_; }

 private:
  eventstore::Frontier frontier_;
  std::string tile_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_TREE_GROWING_TREE_H_
