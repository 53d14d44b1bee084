#include "tests/eventstore/naive_tree.h"

#include "absl/strings/str_cat.h"

namespace billing::eventstore {
namespace {

size_t LargestPowerOfTwoBelow(size_t size) {
  size_t power = 1;
  while (2 * power < size) power *= 2;
  return power;
}

// SUBPROOF(m, D, b).
std::vector<Hash> NaiveSubproof(uint64_t from, std::span<const Hash> leaves, bool whole) {
  if (from == leaves.size()) {
    return whole ? std::vector<Hash>() : std::vector<Hash>{NaiveRoot(leaves)};
  }
  const size_t left = LargestPowerOfTwoBelow(leaves.size());
  std::vector<Hash> proof;
  if (from <= left) {
    proof = NaiveSubproof(from, leaves.first(left), whole);
    proof.push_back(NaiveRoot(leaves.subspan(left)));
  } else {
    proof = NaiveSubproof(from - left, leaves.subspan(left), false);
    proof.push_back(NaiveRoot(leaves.first(left)));
  }
  return proof;
}

}  // namespace

Hash NaiveRoot(std::span<const Hash> leaves) {
  if (leaves.empty()) return Sha256("");
  if (leaves.size() == 1) return leaves[0];
  const size_t left = LargestPowerOfTwoBelow(leaves.size());
  return NodeHash(NaiveRoot(leaves.first(left)), NaiveRoot(leaves.subspan(left)));
}

std::vector<Hash> NaiveInclusion(uint64_t index, std::span<const Hash> leaves) {
  if (leaves.size() == 1) return {};
  const size_t left = LargestPowerOfTwoBelow(leaves.size());
  std::vector<Hash> proof;
  if (index < left) {
    proof = NaiveInclusion(index, leaves.first(left));
    proof.push_back(NaiveRoot(leaves.subspan(left)));
  } else {
    proof = NaiveInclusion(index - left, leaves.subspan(left));
    proof.push_back(NaiveRoot(leaves.first(left)));
  }
  return proof;
}

std::vector<Hash> NaiveConsistency(uint64_t from, std::span<const Hash> leaves) {
  return from == 0 ? std::vector<Hash>() : NaiveSubproof(from, leaves, true);
}

std::vector<Hash> SomeLeaves(size_t count) {
  std::vector<Hash> leaves;
  for (size_t i = 0; i < count; ++i) leaves.push_back(LeafHash(absl::StrCat("record ", i)));
  return leaves;
}

LeavesInMemory::LeavesInMemory(std::vector<Hash> leaves) {
  levels_.push_back(std::move(leaves));
  while (levels_.back().size() >= kTileWidth) {
    const std::span<const Hash> below = levels_.back();
    std::vector<Hash> level;
    for (size_t i = 0; i + kTileWidth <= below.size(); i += kTileWidth) {
      level.push_back(NaiveRoot(below.subspan(i, kTileWidth)));
    }
    levels_.push_back(std::move(level));
  }
}

absl::StatusOr<std::vector<Hash>> LeavesInMemory::Nodes(unsigned height, uint64_t first,
                                                        uint64_t count) const {
  if (height % kTileHeight != 0 || height > kHeightMax || count == 0 || count > kTileWidth) {
    return absl::InvalidArgumentError("no such nodes are kept");
  }
  const size_t level = height / kTileHeight;
  if (level >= levels_.size() || first + count > levels_[level].size()) {
    return absl::NotFoundError("beyond the tree");
  }
  const auto begin = levels_[level].begin() + static_cast<std::ptrdiff_t>(first);
  return std::vector<Hash>(begin, begin + static_cast<std::ptrdiff_t>(count));
}

std::string Hex(const Hash& hash) { return ToHex(AsBytes(hash)); }

std::vector<std::string> Hex(std::span<const Hash> hashes) {
  std::vector<std::string> texts;
  for (const Hash& hash : hashes) texts.push_back(Hex(hash));
  return texts;
}

}  // namespace billing::eventstore
