// Proofs over the tree of RFC 9162: that a record is in the tree of a size (2.1.3), and
// that the tree of one size begins with the tree of another (2.1.4).
//
// Whoever makes a proof needs the tree's nodes; whoever verifies one needs nothing but
// the proof and the roots, and trusts neither the maker nor the nodes.
#ifndef BILLING_EVENTSTORE_INTEGRITY_PROOF_H_
#define BILLING_EVENTSTORE_INTEGRITY_PROOF_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/integrity/merkle.h"

namespace billing::eventstore {

// Nodes are kept at the heights 0 (the leaves), 8, 16, …: those between are computed, of
// at most 256 nodes each.
inline constexpr unsigned kTileHeight = 8;
inline constexpr uint64_t kTileWidth = uint64_t{1} << kTileHeight;
// Of a tree of at most 2^64 - 1 leaves.
inline constexpr unsigned kHeightMax = 63;

// Where a tree's nodes come from.
class NodeSource {
 public:
  virtual ~NodeSource() = default;

  // The roots of `count` neighbouring perfect subtrees of 2^height leaves, the first of
  // which begins at leaf first · 2^height. An error when one of them is not there.
  // REQUIRES (of the caller): `height` is a multiple of kTileHeight; 1 <= count; one
  // subtree of height + kTileHeight would hold all of them; all their leaves are in the tree.
  virtual absl::StatusOr<std::vector<Hash>> Nodes(unsigned height, uint64_t first,
                                                  uint64_t count) const = 0;
};

// The root of the tree of the first `size` leaves. Errors are those of the source.
absl::StatusOr<Hash> RootOf(const NodeSource& nodes, uint64_t size);

// At most 64 hashes, from the leaf's sibling to the root's child.
// REQUIRES: leaf_index < tree_size. Errors are those of the source.
absl::StatusOr<std::vector<Hash>> MakeInclusionProof(const NodeSource& nodes, uint64_t leaf_index,
                                                     uint64_t tree_size);

// At most 65 hashes; none when the sizes are equal or the earlier tree is empty.
// REQUIRES: from_size <= to_size. Errors are those of the source.
absl::StatusOr<std::vector<Hash>> MakeConsistencyProof(const NodeSource& nodes, uint64_t from_size,
                                                       uint64_t to_size);

// What an inclusion proof is to show.
struct Inclusion {
  uint64_t leaf_index = 0;
  uint64_t tree_size = 0;
  Hash leaf = {};
  Hash root = {};
};

// By the algorithm of RFC 9162, 2.1.3.2. Takes any input.
[[nodiscard]] bool VerifyInclusion(const Inclusion& claim, std::span<const Hash> proof);

// What a consistency proof is to show.
struct Consistency {
  uint64_t from_size = 0;
  uint64_t to_size = 0;
  Hash from_root = {};
  Hash to_root = {};
};

// By the algorithm of RFC 9162, 2.1.4.2. Takes any input. Two trees of one size are
// consistent when their roots are equal, and every tree begins with the empty one; neither
// has a proof to look at, so one that has hashes is refused.
[[nodiscard]] bool VerifyConsistency(const Consistency& claim, std::span<const Hash> proof);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_INTEGRITY_PROOF_H_
