// The tree of RFC 9162, 2.1, word for word: roots and proofs by the recursions of the RFC.
// Slow, and too plain to be wrong in the way that the real one could be.
#ifndef BILLING_TESTS_EVENTSTORE_NAIVE_TREE_H_
#define BILLING_TESTS_EVENTSTORE_NAIVE_TREE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "eventstore/integrity/merkle.h"
#include "eventstore/integrity/proof.h"

namespace billing::eventstore {

// MTH(D).
Hash NaiveRoot(std::span<const Hash> leaves);
// PATH(m, D).
std::vector<Hash> NaiveInclusion(uint64_t index, std::span<const Hash> leaves);
// PROOF(m, D).
std::vector<Hash> NaiveConsistency(uint64_t from, std::span<const Hash> leaves);

// The leaves of the records "record 0", "record 1", …
std::vector<Hash> SomeLeaves(size_t count);

// Leaves in memory, and the nodes that are kept of them.
class LeavesInMemory final : public NodeSource {
 public:
  explicit LeavesInMemory(std::vector<Hash> leaves);

  // Refuses what is not in the tree, or not kept.
  absl::StatusOr<std::vector<Hash>> Nodes(unsigned height, uint64_t first,
                                          uint64_t count) const override;
  std::span<const Hash> First(uint64_t size) const {
    return std::span<const Hash>(levels_.front()).first(size);
  }

 private:
  // At the heights 0, 8, 16, ….
  std::vector<std::vector<Hash>> levels_;
};

std::string Hex(const Hash& hash);
std::vector<std::string> Hex(std::span<const Hash> hashes);

}  // namespace billing::eventstore

#endif  // BILLING_TESTS_EVENTSTORE_NAIVE_TREE_H_
