#include "eventstore/integrity/proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/eventstore/naive_tree.h"

namespace billing::eventstore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The eight leaves, roots and proofs that Certificate Transparency's own implementations
// are tested with.
class KnownTree : public testing::Test {
 protected:
  static std::vector<Hash> KnownLeaves() {
    std::vector<Hash> leaves;
    for (const char* hex : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                            "606162636465666768696a6b6c6d6e6f"}) {
      leaves.push_back(LeafHash(absl::HexStringToBytes(hex)));
    }
    return leaves;
  }

  std::vector<std::string> InclusionOf(uint64_t index, uint64_t size) const {
    return Hex(*MakeInclusionProof(nodes_, index, size));
  }
  std::vector<std::string> ConsistencyOf(uint64_t from, uint64_t to) const {
    return Hex(*MakeConsistencyProof(nodes_, from, to));
  }

  const LeavesInMemory nodes_{KnownLeaves()};
};

constexpr char kLeaf0[] = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
constexpr char kLeaf1[] = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
constexpr char kLeaf4[] = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
constexpr char kNode01[] = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
constexpr char kNode23[] = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
constexpr char kNode45[] = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
constexpr char kNode67[] = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
constexpr char kNode0To3[] = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
constexpr char kNode4To7[] = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

TEST_F(KnownTree, HasTheKnownInclusionProofs) {
  EXPECT_THAT(InclusionOf(0, 1), IsEmpty());
  EXPECT_THAT(InclusionOf(0, 8), ElementsAre(kLeaf1, kNode23, kNode4To7));
  EXPECT_THAT(InclusionOf(5, 8), ElementsAre(kLeaf4, kNode67, kNode0To3));
  EXPECT_THAT(InclusionOf(2, 3), ElementsAre(kNode01));
  EXPECT_THAT(InclusionOf(1, 5), ElementsAre(kLeaf0, kNode23, kLeaf4));
}

TEST_F(KnownTree, HasTheKnownConsistencyProofs) {
  EXPECT_THAT(ConsistencyOf(1, 1), IsEmpty());
  EXPECT_THAT(ConsistencyOf(1, 8), ElementsAre(kLeaf1, kNode23, kNode4To7));
  EXPECT_THAT(ConsistencyOf(6, 8), ElementsAre(kNode45, kNode67, kNode0To3));
  EXPECT_THAT(ConsistencyOf(2, 5), ElementsAre(kNode23, kLeaf4));
}

// The example of RFC 9162, 2.1.5: seven leaves, built up from three, four and six.
TEST(Proof, MatchesTheExampleOfTheRfc) {
  const std::vector<Hash> d = SomeLeaves(7);
  const Hash g = NodeHash(d[0], d[1]), h = NodeHash(d[2], d[3]), i = NodeHash(d[4], d[5]);
  const Hash k = NodeHash(g, h), l = NodeHash(i, d[6]);
  const LeavesInMemory nodes(d);
  EXPECT_THAT(*MakeInclusionProof(nodes, 0, 7), ElementsAre(d[1], h, l));
  EXPECT_THAT(*MakeInclusionProof(nodes, 3, 7), ElementsAre(d[2], g, l));
  EXPECT_THAT(*MakeInclusionProof(nodes, 4, 7), ElementsAre(d[5], d[6], k));
  EXPECT_THAT(*MakeInclusionProof(nodes, 6, 7), ElementsAre(i, k));
  EXPECT_THAT(*MakeConsistencyProof(nodes, 3, 7), ElementsAre(d[2], d[3], g, l));
  EXPECT_THAT(*MakeConsistencyProof(nodes, 4, 7), ElementsAre(l));
  EXPECT_THAT(*MakeConsistencyProof(nodes, 6, 7), ElementsAre(i, d[6], k));
}

TEST(RootOf, IsTheNaiveRootOfEverySize) {
  const LeavesInMemory nodes(SomeLeaves(600));
  for (uint64_t size = 0; size <= 600; ++size) {
    ASSERT_EQ(Hex(*RootOf(nodes, size)), Hex(NaiveRoot(nodes.First(size)))) << size;
  }
}

constexpr uint64_t kSeed = 20'261'127;

// The naive roots by size, computed once each.
class Roots {
 public:
  explicit Roots(const LeavesInMemory& nodes) : nodes_(nodes) {}
  const Hash& Of(uint64_t size) {
    const auto [at, fresh] = roots_.try_emplace(size);
    if (fresh) at->second = NaiveRoot(nodes_.First(size));
    return at->second;
  }

 private:
  const LeavesInMemory& nodes_;
  std::map<uint64_t, Hash> roots_;
};

TEST(Proof, EveryOneOfSmallTreesIsTheNaiveOneAndHolds) {
  const LeavesInMemory nodes(SomeLeaves(70));
  Roots roots(nodes);
  for (uint64_t size = 1; size <= 70; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const auto proof = *MakeInclusionProof(nodes, index, size);
      ASSERT_EQ(proof, NaiveInclusion(index, nodes.First(size))) << index << " in " << size;
      const Inclusion claim{index, size, nodes.First(size)[index], roots.Of(size)};
      ASSERT_TRUE(VerifyInclusion(claim, proof)) << index << " in " << size;
    }
    for (uint64_t from = 0; from <= size; ++from) {
      const auto proof = *MakeConsistencyProof(nodes, from, size);
      ASSERT_EQ(proof, NaiveConsistency(from, nodes.First(size))) << from << " to " << size;
      const Consistency claim{from, size, roots.Of(from), roots.Of(size)};
      ASSERT_TRUE(VerifyConsistency(claim, proof)) << from << " to " << size;
    }
  }
}

// 100,000 random (size, index, from), in trees of several tiles: for each a proof that a leaf is
// in the tree, and one that the tree grew.
TEST(Proof, RandomOnesOfTreesOfSeveralTilesHold) {
  constexpr uint64_t kLeaves = 1'100;
  const std::vector<Hash> leaves = SomeLeaves(kLeaves);
  const LeavesInMemory nodes(leaves);
  Roots roots(nodes);
  std::mt19937_64 random(kSeed);
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t size = 1 + random() % kLeaves;
    const uint64_t index = random() % size;
    const Inclusion inclusion{index, size, leaves[index], roots.Of(size)};
    const auto path = *MakeInclusionProof(nodes, index, size);
    ASSERT_TRUE(VerifyInclusion(inclusion, path)) << index << " in " << size;
    const uint64_t from = random() % (size + 1);
    const Consistency consistency{from, size, roots.Of(from), roots.Of(size)};
    const auto proof = *MakeConsistencyProof(nodes, from, size);
    ASSERT_TRUE(VerifyConsistency(consistency, proof)) << from << " to " << size;
    if (i % 100 != 0) continue;  // the recursion hashes the whole tree
    ASSERT_EQ(path, NaiveInclusion(index, nodes.First(size))) << index << " in " << size;
    ASSERT_EQ(proof, NaiveConsistency(from, nodes.First(size))) << from << " to " << size;
  }
}

// Calls `check` with every proof that differs in one bit of one byte, every byte in its turn,
// lacks a hash, or has one more.
template <class Check>
void ForEachChanged(const std::vector<Hash>& proof, Check check) {
  for (size_t i = 0; i < proof.size(); ++i) {
    for (size_t byte = 0; byte < sizeof(Hash); ++byte) {
      std::vector<Hash> changed = proof;
      changed[i][byte] ^= static_cast<uint8_t>(1 << (byte % 8));
      check(changed, absl::StrCat("byte ", byte, " of hash ", i));
    }
    std::vector<Hash> shorter = proof;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    check(shorter, absl::StrCat("without hash ", i));
  }
  for (size_t i = 0; i <= proof.size(); ++i) {
    std::vector<Hash> longer = proof;
    longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(i), Sha256("more"));
    check(longer, absl::StrCat("with another hash before ", i));
  }
}

// Calls `check` with every proof that differs in one byte, in all of its 255 other values.
template <class Check>
void ForEachOtherByte(const std::vector<Hash>& proof, Check check) {
  std::vector<Hash> changed = proof;
  for (Hash& hash : changed) {
    for (uint8_t& byte : hash) {
      const uint8_t right = byte;
      for (int other = 1; other < 256; ++other) {
        byte = static_cast<uint8_t>(right ^ other);
        check(changed);
      }
      byte = right;
    }
  }
}

// A tree whose right edge is ragged: proofs of every shape that there is.
constexpr uint64_t kRagged = 13;

TEST(VerifyInclusion, RefusesEveryOtherValueOfEveryByteOfAProof) {
  const LeavesInMemory nodes(SomeLeaves(kRagged));
  for (uint64_t index = 0; index < kRagged; ++index) {
    const auto proof = *MakeInclusionProof(nodes, index, kRagged);
    const Inclusion claim{index, kRagged, nodes.First(kRagged)[index],
                          NaiveRoot(nodes.First(kRagged))};
    uint64_t held = 0;
    uint64_t tried = 0;
    ForEachOtherByte(proof, [&](const std::vector<Hash>& changed) {
      ++tried;
      held += VerifyInclusion(claim, changed) ? 1 : 0;
    });
    EXPECT_EQ(held, 0u) << index;
    EXPECT_EQ(tried, proof.size() * sizeof(Hash) * 255);
  }
}

TEST(VerifyConsistency, RefusesEveryOtherValueOfEveryByteOfAProof) {
  const LeavesInMemory nodes(SomeLeaves(kRagged));
  for (uint64_t from = 1; from <= kRagged; ++from) {
    const auto proof = *MakeConsistencyProof(nodes, from, kRagged);
    const Consistency claim{from, kRagged, NaiveRoot(nodes.First(from)),
                            NaiveRoot(nodes.First(kRagged))};
    uint64_t held = 0;
    ForEachOtherByte(proof, [&](const std::vector<Hash>& changed) {
      held += VerifyConsistency(claim, changed) ? 1 : 0;
    });
    EXPECT_EQ(held, 0u) << from;
  }
}

TEST(VerifyInclusion, RefusesEveryChangedProofAndClaim) {
  const LeavesInMemory nodes(SomeLeaves(40));
  for (uint64_t size = 1; size <= 40; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const auto proof = *MakeInclusionProof(nodes, index, size);
      const Inclusion claim{index, size, nodes.First(size)[index], NaiveRoot(nodes.First(size))};
      ForEachChanged(proof, [&](const std::vector<Hash>& changed, const std::string& how) {
        EXPECT_FALSE(VerifyInclusion(claim, changed)) << index << " in " << size << ": " << how;
      });
      Inclusion other = claim;
      other.leaf[0] ^= 1;
      EXPECT_FALSE(VerifyInclusion(other, proof)) << index << " in " << size;
      other = claim;
      other.root[31] ^= 1;
      EXPECT_FALSE(VerifyInclusion(other, proof)) << index << " in " << size;
      for (uint64_t wrong = 0; wrong <= size; ++wrong) {
        other = claim;
        other.leaf_index = wrong;
        EXPECT_EQ(VerifyInclusion(other, proof), wrong == index) << wrong << " in " << size;
      }
    }
  }
}

TEST(VerifyConsistency, RefusesEveryChangedProofAndClaim) {
  const LeavesInMemory nodes(SomeLeaves(40));
  for (uint64_t size = 0; size <= 40; ++size) {
    for (uint64_t from = 0; from <= size; ++from) {
      const auto proof = *MakeConsistencyProof(nodes, from, size);
      const Consistency claim{from, size, NaiveRoot(nodes.First(from)),
                              NaiveRoot(nodes.First(size))};
      ForEachChanged(proof, [&](const std::vector<Hash>& changed, const std::string& how) {
        EXPECT_FALSE(VerifyConsistency(claim, changed)) << from << " to " << size << ": " << how;
      });
      Consistency other = claim;
      other.from_root[0] ^= 1;
      EXPECT_FALSE(VerifyConsistency(other, proof)) << from << " to " << size;
      if (from == 0) continue;  // every tree begins with nothing
      other = claim;
      other.to_root[31] ^= 1;
      EXPECT_FALSE(VerifyConsistency(other, proof)) << from << " to " << size;
    }
  }
}

TEST(VerifyConsistency, RefusesATreeThatBecameSmaller) {
  const Hash root = Sha256("root");
  EXPECT_FALSE(VerifyConsistency({.from_size = 2, .to_size = 1, .from_root = root, .to_root = root},
                                 std::vector<Hash>()));
}

TEST(VerifyInclusion, RefusesALeafOutsideTheTree) {
  const Hash leaf = Sha256("leaf");
  EXPECT_FALSE(VerifyInclusion({.leaf_index = 0, .tree_size = 0, .leaf = leaf, .root = leaf}, {}));
  EXPECT_FALSE(VerifyInclusion({.leaf_index = 1, .tree_size = 1, .leaf = leaf, .root = leaf}, {}));
}

TEST(Verify, EndsForTheLargestSizes) {
  const std::vector<Hash> hashes(100, Sha256("x"));
  EXPECT_FALSE(VerifyInclusion({.leaf_index = UINT64_MAX - 1, .tree_size = UINT64_MAX}, hashes));
  EXPECT_FALSE(VerifyConsistency({.from_size = UINT64_MAX - 1, .to_size = UINT64_MAX}, hashes));
}

// A source that can no longer give anything.
class NoNodes final : public NodeSource {
 public:
  absl::StatusOr<std::vector<Hash>> Nodes(unsigned, uint64_t, uint64_t) const override {
    return absl::DataLossError("a tile is damaged");
  }
};

TEST(Proof, PassesOnWhyTheNodesCannotBeRead) {
  EXPECT_TRUE(absl::IsDataLoss(RootOf(NoNodes(), 5).status()));
  EXPECT_TRUE(absl::IsDataLoss(MakeInclusionProof(NoNodes(), 2, 5).status()));
  EXPECT_TRUE(absl::IsDataLoss(MakeConsistencyProof(NoNodes(), 2, 5).status()));
}

}  // namespace
}  // namespace billing::eventstore
