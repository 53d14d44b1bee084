#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "eventstore/memory/memory_event_log.h"
#include "projections/state/keys.h"
#include "projections/tree/growing_tree.h"
#include "projections/tree/tree_nodes.h"
#include "tests/eventstore/naive_tree.h"

namespace billing::projections {
namespace {

using eventstore::Hash;
using eventstore::Hex;
using eventstore::NaiveRoot;

constexpr uint64_t kSeed = 1'127;

// A log of so many records, and the tree over it with its rows.
class TreeOf {
 public:
  explicit TreeOf(uint64_t size) {
    std::vector<std::string> records;
    for (uint64_t i = 0; i < size; ++i) records.push_back(absl::StrCat("record ", i));
    const std::vector<std::string_view> views(records.begin(), records.end());
    for (size_t at = 0; at < views.size(); at += kAppend) {
      const std::span<const std::string_view> all(views);
      EXPECT_TRUE(log->Append(at, all.subspan(at, std::min(kAppend, views.size() - at))).ok());
    }
    for (const std::string& record : records) {
      leaves.push_back(eventstore::LeafHash(record));
      tree.Append(leaves.back(), rows);
    }
  }

  std::span<const Hash> First(uint64_t size) const {
    return std::span<const Hash>(leaves).first(size);
  }

  static constexpr size_t kAppend = 50'000;
  const std::unique_ptr<eventstore::EventLog> log = eventstore::NewMemoryEventLog();
  std::vector<Hash> leaves;
  MapRows rows;
  GrowingTree tree;
};

TEST(GrowingTree, PutsARowPerFullTileAndPerSubtreeOfEveryEighthHeight) {
  const TreeOf none(255);
  EXPECT_TRUE(none.rows.rows().empty());
  EXPECT_EQ(none.tree.Tile().size(), 255 * sizeof(Hash));

  const TreeOf two(600);
  EXPECT_EQ(two.rows.rows().size(), 4u);
  EXPECT_EQ(two.tree.Tile().size(), (600 - 512) * sizeof(Hash));
  for (uint64_t tile : {0, 1}) {
    std::string leaves;
    for (const Hash& leaf : two.First(256 * (tile + 1)).subspan(256 * tile)) {
      leaves += eventstore::AsBytes(leaf);
    }
    EXPECT_EQ(*two.rows.Get(keys::TreeTile(tile)), leaves);
    EXPECT_EQ(*two.rows.Get(keys::TreeNode(8, tile)),
              eventstore::AsBytes(NaiveRoot(two.First(256 * (tile + 1)).subspan(256 * tile))));
  }
}

TEST(GrowingTree, HasTheNaiveRoot) {
  for (uint64_t size : {0, 1, 255, 256, 257, 511, 512, 700}) {
    const TreeOf log(size);
    EXPECT_EQ(log.tree.size(), size);
    EXPECT_EQ(Hex(log.tree.Root()), Hex(NaiveRoot(log.leaves))) << size;
  }
}

// What a follower keeps in its mark is all that it needs.
TEST(GrowingTree, GoesOnAfterARestartAsIfThereWasNone) {
  TreeOf whole(0);
  GrowingTree restarted;
  MapRows rows;
  for (uint64_t i = 0; i < 600; ++i) {
    auto again = GrowingTree::Parse(restarted.Frontier(), restarted.Tile());
    ASSERT_TRUE(again.has_value()) << i;
    restarted = *again;
    const Hash leaf = eventstore::LeafHash(absl::StrCat(i));
    whole.tree.Append(leaf, whole.rows);
    restarted.Append(leaf, rows);
    ASSERT_EQ(restarted.Frontier(), whole.tree.Frontier()) << i;
    ASSERT_EQ(restarted.Tile(), whole.tree.Tile()) << i;
  }
  EXPECT_EQ(rows.rows(), whole.rows.rows());
}

TEST(GrowingTree, RefusesATileThatIsNotTheTrees) {
  const TreeOf log(300);
  const std::string tile = log.tree.Tile();
  EXPECT_TRUE(GrowingTree::Parse(log.tree.Frontier(), tile).has_value());
  EXPECT_FALSE(GrowingTree::Parse(log.tree.Frontier(), "").has_value());
  EXPECT_FALSE(GrowingTree::Parse(log.tree.Frontier(), tile + "x").has_value());
  EXPECT_FALSE(GrowingTree::Parse(log.tree.Frontier(), tile.substr(32)).has_value());
  EXPECT_FALSE(GrowingTree::Parse("", tile).has_value());
  for (size_t at = 0; at < tile.size(); at += 31) {
    std::string changed = tile;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(GrowingTree::Parse(log.tree.Frontier(), changed).has_value()) << at;
  }
}

// Of a tree with rows at three heights, also for the sizes that it had before.
TEST(TreeNodes, GiveTheProofsOfEverySizeThatTheTreeHad) {
  constexpr uint64_t kSize = 66'000;
  const TreeOf log(kSize);
  ASSERT_TRUE(log.rows.Get(keys::TreeNode(16, 0)).has_value());
  const TreeNodes nodes(log.rows, *log.log);
  EXPECT_EQ(Hex(*RootOf(nodes, kSize)), Hex(log.tree.Root()));
  std::mt19937_64 random(kSeed);
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  for (int i = 0; i < 60; ++i) {
    const uint64_t size = i == 0 ? kSize : 1 + random() % kSize;
    const uint64_t index = random() % size;
    const uint64_t from = 1 + random() % size;
    const Hash root = NaiveRoot(log.First(size));
    const auto path = eventstore::MakeInclusionProof(nodes, index, size);
    ASSERT_TRUE(path.ok()) << path.status();
    EXPECT_TRUE(eventstore::VerifyInclusion({index, size, log.leaves[index], root}, *path))
        << index << " in " << size;
    const auto proof = eventstore::MakeConsistencyProof(nodes, from, size);
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_TRUE(
        eventstore::VerifyConsistency({from, size, NaiveRoot(log.First(from)), root}, *proof))
        << from << " to " << size;
  }
}

TEST(TreeNodes, SayWhichNodeIsMissing) {
  TreeOf log(600);
  log.rows.Delete(keys::TreeNode(8, 1));
  const TreeNodes nodes(log.rows, *log.log);
  const absl::Status status = RootOf(nodes, 600).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_NE(status.message().find("node 1 of height 8"), std::string::npos) << status;
  EXPECT_TRUE(absl::IsDataLoss(RootOf(nodes, 700).status())) << "beyond the log";
}

// Rows of a database that lost some.
class UnreadableRows final : public RowReader {
 public:
  std::optional<std::string> Get(std::string_view) const override { return std::nullopt; }
  void Scan(const KeyRange&, Order,
            absl::FunctionRef<bool(std::string_view, std::string_view)>) const override {}
  absl::Status status() const override { return absl::DataLossError("a block is damaged"); }
};

TEST(TreeNodes, DoNotTakeARowThatCannotBeReadForOneThatIsNotThere) {
  const TreeOf log(10);
  EXPECT_EQ(RootOf(TreeNodes(UnreadableRows(), *log.log), 10).status().message(),
            "a block is damaged");
}

}  // namespace
}  // namespace billing::projections
