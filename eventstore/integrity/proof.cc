#include "eventstore/integrity/proof.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace billing::eventstore {
namespace {

// Leaves begin <= i < end.
struct Leaves {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t size() const { return end - begin; }
};

// RFC 9162, 2.1.1: the largest power of two smaller than `size`. REQUIRES: size > 1.
uint64_t LeftSize(uint64_t size) { return std::bit_floor(size - 1); }

// The root of 2^height leaves from `begin` on, a multiple of that.
absl::StatusOr<Hash> PerfectRoot(const NodeSource& nodes, unsigned height, uint64_t begin) {
  const unsigned kept = height / kTileHeight * kTileHeight;
  const uint64_t count = uint64_t{1} << (height - kept);
  auto level = nodes.Nodes(kept, begin >> kept, count);
  if (!level.ok()) return level.status();
  assert(level->size() == count);
  for (size_t width = level->size(); width > 1; width /= 2) {
    for (size_t i = 0; i < width / 2; ++i) {
      (*level)[i] = NodeHash((*level)[2 * i], (*level)[2 * i + 1]);
    }
  }
  return level->front();
}

// The root over leaves that begin where a perfect subtree of at least their size does: one
// perfect subtree per 1-bit of their number, the largest first.
absl::StatusOr<Hash> RootOver(const NodeSource& nodes, Leaves leaves) {
  if (leaves.size() == 0) return Sha256("");
  std::vector<Hash> roots;
  while (leaves.size() > 0) {
    const unsigned height = static_cast<unsigned>(std::bit_width(leaves.size())) - 1;
    auto root = PerfectRoot(nodes, height, leaves.begin);
    if (!root.ok()) return root;
    roots.push_back(*root);
    leaves.begin += uint64_t{1} << height;
  }
  Hash root = roots.back();
  for (size_t i = roots.size() - 1; i-- > 0;) root = NodeHash(roots[i], root);
  return root;
}

// The proof's subtrees, from the root's child down, as hashes from the bottom up.
absl::StatusOr<std::vector<Hash>> RootsFromBelow(const NodeSource& nodes,
                                                 std::span<const Leaves> from_above) {
  std::vector<Hash> hashes;
  hashes.reserve(from_above.size());
  for (size_t i = from_above.size(); i-- > 0;) {
    auto root = RootOver(nodes, from_above[i]);
    if (!root.ok()) return root.status();
    hashes.push_back(*root);
  }
  return hashes;
}

// Two places in two trees, walked up together: the node on the way, and the last one of
// its level. RFC 9162 calls them fn and sn.
struct Walk {
  uint64_t node = 0;
  uint64_t last = 0;

  bool is_right() const { return (node & 1) != 0; }
  void Up() {
    node >>= 1;
    last >>= 1;
  }
  // A last node that is a left one has no sibling: it goes up unchanged.
  void SkipLevelsWithoutSibling() {
    while (node != 0 && !is_right()) Up();
  }
};

}  // namespace

absl::StatusOr<Hash> RootOf(const NodeSource& nodes, uint64_t size) {
  return RootOver(nodes, {0, size});
}

absl::StatusOr<std::vector<Hash>> MakeInclusionProof(const NodeSource& nodes, uint64_t leaf_index,
                                                     uint64_t tree_size) {
  assert(leaf_index < tree_size);
  std::vector<Leaves> siblings;
  Leaves tree{0, tree_size};
  while (tree.size() > 1) {
    const uint64_t middle = tree.begin + LeftSize(tree.size());
    const bool left = leaf_index < middle;
    siblings.push_back(left ? Leaves{middle, tree.end} : Leaves{tree.begin, middle});
    (left ? tree.end : tree.begin) = middle;
  }
  return RootsFromBelow(nodes, siblings);
}

absl::StatusOr<std::vector<Hash>> MakeConsistencyProof(const NodeSource& nodes, uint64_t from_size,
                                                       uint64_t to_size) {
  assert(from_size <= to_size);
  if (from_size == 0 || from_size == to_size) return std::vector<Hash>();
  std::vector<Leaves> subtrees;
  Leaves tree{0, to_size};
  while (tree.end != from_size) {
    const uint64_t middle = tree.begin + LeftSize(tree.size());
    const bool left = from_size <= middle;
    subtrees.push_back(left ? Leaves{middle, tree.end} : Leaves{tree.begin, middle});
    (left ? tree.end : tree.begin) = middle;
  }
  // The verifier has the earlier root already when the earlier tree is a subtree itself.
  if (tree.begin > 0) subtrees.push_back(tree);
  return RootsFromBelow(nodes, subtrees);
}

bool VerifyInclusion(const Inclusion& claim, std::span<const Hash> proof) {
  if (claim.leaf_index >= claim.tree_size) return false;
  Walk walk{claim.leaf_index, claim.tree_size - 1};
  Hash root = claim.leaf;
  for (const Hash& sibling : proof) {
    if (walk.last == 0) return false;
    if (walk.is_right() || walk.node == walk.last) {
      root = NodeHash(sibling, root);
      walk.SkipLevelsWithoutSibling();
    } else {
      root = NodeHash(root, sibling);
    }
    walk.Up();
  }
  return walk.last == 0 && root == claim.root;
}

bool VerifyConsistency(const Consistency& claim, std::span<const Hash> proof) {
  if (claim.from_size > claim.to_size) return false;
  if (claim.from_size == claim.to_size) {
    return proof.empty() && claim.from_root == claim.to_root &&
           (claim.from_size > 0 || claim.from_root == Sha256(""));
  }
  if (claim.from_size == 0) return proof.empty() && claim.from_root == Sha256("");
  // An earlier tree that is a subtree itself is where the way up begins.
  const bool is_subtree = std::has_single_bit(claim.from_size);
  if (proof.empty()) return false;
  Hash from_root = is_subtree ? claim.from_root : proof.front();
  Hash to_root = from_root;
  Walk walk{claim.from_size - 1, claim.to_size - 1};
  while (walk.is_right()) walk.Up();
  for (const Hash& subtree : proof.subspan(is_subtree ? 0 : 1)) {
    if (walk.last == 0) return false;
    if (walk.is_right() || walk.node == walk.last) {
      from_root = NodeHash(subtree, from_root);
      to_root = NodeHash(subtree, to_root);
      walk.SkipLevelsWithoutSibling();
    } else {
      to_root = NodeHash(to_root, subtree);
    }
    walk.Up();
  }
  return walk.last == 0 && from_root == claim.from_root && to_root == claim.to_root;
}

}  // namespace billing::eventstore
