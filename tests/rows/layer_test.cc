#include "projections/rows/layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "projections/rows/layer_cursor.h"

namespace billing::projections {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "a=1" per row, "a-" for a deleted one.
std::vector<std::string> Walk(const Layer& layer, uint64_t position, const KeyRange& range = {},
                              Order order = Order::kAscending) {
  std::vector<std::string> rows;
  for (LayerCursor row(layer, position, range, order); row.Valid(); row.Next()) {
    const Change change = row.Row();
    rows.push_back(std::string(row.Key()) +
                   (change.value.has_value() ? "=" + std::string(*change.value) : "-"));
  }
  return rows;
}

std::string Find(const Layer& layer, std::string_view key, uint64_t position) {
  const std::optional<Change> change = layer.Find(key, position);
  if (!change.has_value()) return "unknown";
  return change->value.has_value() ? std::string(*change->value) : "deleted";
}

// As Walk gives it.
std::string RowIn(const Layer& layer, const std::string& key, uint64_t position) {
  const std::string found = Find(layer, key, position);
  return found == "deleted" ? key + "-" : key + "=" + found;
}

void PutAndEndBatch(Layer& layer, std::string_view key, std::optional<std::string_view> value,
                    uint64_t position) {
  layer.Put(key, value, position);
  layer.EndBatch(position);
}

TEST(Layer, GivesTheNewestRowAtOrBelowAPosition) {
  Layer layer;
  PutAndEndBatch(layer, "a", "three", 3);
  PutAndEndBatch(layer, "a", "seven", 7);
  EXPECT_EQ(Find(layer, "a", 2), "unknown");
  EXPECT_EQ(Find(layer, "a", 3), "three");
  EXPECT_EQ(Find(layer, "a", 6), "three");
  EXPECT_EQ(Find(layer, "a", 7), "seven");
  EXPECT_EQ(Find(layer, "a", UINT64_MAX), "seven");
}

TEST(Layer, TellsDeletedFromUnknown) {
  Layer layer;
  PutAndEndBatch(layer, "a", "1", 1);
  PutAndEndBatch(layer, "a", std::nullopt, 2);
  EXPECT_EQ(Find(layer, "a", 1), "1");
  EXPECT_EQ(Find(layer, "a", 2), "deleted");
  EXPECT_EQ(Find(layer, "b", 2), "unknown");
}

TEST(Layer, KeepsTheLastOfSeveralChangesAtOnePosition) {
  Layer layer;
  layer.Put("a", "first", 5);
  layer.Put("a", std::nullopt, 5);
  layer.Put("a", "last", 5);
  layer.EndBatch(5);
  EXPECT_EQ(Find(layer, "a", 5), "last");
  EXPECT_THAT(Walk(layer, 5), ElementsAre("a=last"));
}

TEST(Layer, KeepsEndedBatchesApartFromLaterOnes) {
  Layer layer;
  PutAndEndBatch(layer, "a", "published", 5);
  layer.Put("a", "six", 6);
  layer.Put("a", "seven", 7);
  EXPECT_EQ(Find(layer, "a", 5), "published");
  EXPECT_EQ(Find(layer, "a", UINT64_MAX), "seven");
}

TEST(Layer, TellsAnEmptyValueFromADeletedRow) {
  Layer layer;
  PutAndEndBatch(layer, "a", "", 1);
  EXPECT_EQ(Find(layer, "a", 1), "");
}

TEST(Layer, OrdersKeysThatStartWithOneAnother) {
  Layer layer;
  uint64_t position = 0;
  // With positions appended to keys these would mix.
  for (const std::string& key : {std::string("a"), std::string("a\0", 2), std::string("a\xFF"),
                                 std::string("a\0\0\0\0\0\0\0\0", 9), std::string("aa")}) {
    PutAndEndBatch(layer, key, "1", ++position);
    PutAndEndBatch(layer, key, "2", ++position);
  }
  EXPECT_THAT(Walk(layer, position),
              ElementsAre("a=2", std::string("a\0=2", 4), std::string("a\0\0\0\0\0\0\0\0=2", 11),
                          "aa=2", "a\xFF=2"));
}

class LayerThatFinds : public testing::TestWithParam<Layer::Finds> {};

INSTANTIATE_TEST_SUITE_P(Either, LayerThatFinds,
                         testing::Values(Layer::Finds::kByIndex, Layer::Finds::kBySearch),
                         [](const auto& finds) {
                           return finds.param == Layer::Finds::kByIndex ? "ByIndex" : "BySearch";
                         });

TEST_P(LayerThatFinds, KeepsItsOrderWhereverEachBatchBegins) {
  constexpr uint32_t kSeed = 1;
  std::mt19937 random(kSeed);
  Layer layer(GetParam());
  std::map<std::string, std::string> expected;
  for (uint64_t position = 1; position <= 300; ++position) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << ", position " << position);
    // A batch in the order of its keys, as nearly all are, or in none.
    std::vector<std::string> keys(random() % 20);
    for (std::string& key : keys) key = "row " + std::to_string(random() % 500);
    if (random() % 4 != 0) std::sort(keys.begin(), keys.end());
    for (const std::string& key : keys) {
      const std::string value = std::to_string(random());
      layer.Put(key, value, position);
      expected[key] = value;
    }
    layer.EndBatch(position);
    std::vector<std::string> all;
    for (const auto& [key, value] : expected) all.push_back(key + "=" + value);
    ASSERT_EQ(Walk(layer, position), all);
  }
}

// "a=1" per row, "failed" where it had to look at more than `nodes_max`.
std::vector<std::string> WalkAtMost(size_t nodes_max, const Layer& layer, uint64_t position,
                                    const KeyRange& range) {
  std::vector<std::string> rows;
  LayerCursor row(layer, position, range, Order::kAscending, nodes_max);
  for (; row.Valid(); row.Next()) {
    rows.push_back(std::string(row.Key()) + "=" + std::string(row.Row().value.value_or("-")));
  }
  if (!row.status().ok()) rows.push_back("failed");
  return rows;
}

TEST(Layer, FailsOnceItHasLookedAtAsMuchAsItMay) {
  Layer layer;
  PutAndEndBatch(layer, "a", "1", 1);
  PutAndEndBatch(layer, "b", std::nullopt, 2);
  PutAndEndBatch(layer, "c", "1", 3);
  EXPECT_THAT(WalkAtMost(3, layer, 3, {}), ElementsAre("a=1", "b=-", "c=1"));
  EXPECT_THAT(WalkAtMost(2, layer, 3, {}), ElementsAre("a=1", "b=-", "failed"));
  EXPECT_THAT(WalkAtMost(0, layer, 3, {}), ElementsAre("failed"));
  // What lies beyond the range is nothing to look at.
  EXPECT_THAT(WalkAtMost(2, layer, 3, {"", "c"}), ElementsAre("a=1", "b=-"));
  EXPECT_THAT(WalkAtMost(0, layer, 3, {"d", ""}), IsEmpty());
}

TEST(Layer, CountsWhatItsPositionDoesNotShow) {
  Layer layer;
  PutAndEndBatch(layer, "a", "1", 1);
  for (int i = 0; i < 100; ++i) layer.Put("b" + std::to_string(i), "2", 2);
  EXPECT_THAT(WalkAtMost(101, layer, 1, {}), ElementsAre("a=1"));
  EXPECT_THAT(WalkAtMost(100, layer, 1, {}), ElementsAre("a=1", "failed"));
}

TEST(Layer, WalksARangeAsOfAPositionInBothOrders) {
  Layer layer;
  PutAndEndBatch(layer, "a", "1", 1);
  PutAndEndBatch(layer, "c", "1", 2);
  PutAndEndBatch(layer, "b", "1", 3);
  PutAndEndBatch(layer, "c", std::nullopt, 4);
  PutAndEndBatch(layer, "d", "1", 5);
  EXPECT_THAT(Walk(layer, 2), ElementsAre("a=1", "c=1"));
  EXPECT_THAT(Walk(layer, 4), ElementsAre("a=1", "b=1", "c-"));
  EXPECT_THAT(Walk(layer, 4, {}, Order::kDescending), ElementsAre("c-", "b=1", "a=1"));
  EXPECT_THAT(Walk(layer, 5, {"b", "d"}), ElementsAre("b=1", "c-"));
  EXPECT_THAT(Walk(layer, 5, {"b", "d"}, Order::kDescending), ElementsAre("c-", "b=1"));
  EXPECT_THAT(Walk(layer, 5, {"bb", ""}, Order::kDescending), ElementsAre("d=1", "c-"));
}

TEST(Layer, WalksNothingWhereAllIsNewer) {
  Layer layer;
  EXPECT_THAT(Walk(layer, 9), IsEmpty());
  PutAndEndBatch(layer, "a", "1", 10);
  PutAndEndBatch(layer, "b", "1", 11);
  EXPECT_THAT(Walk(layer, 9), IsEmpty());
  EXPECT_THAT(Walk(layer, 9, {}, Order::kDescending), IsEmpty());
}

TEST(Layer, CountsTheMemoryOfItsRows) {
  Layer layer;
  EXPECT_EQ(layer.bytes(), 0u);
  PutAndEndBatch(layer, "key", std::string(100'000, 'x'), 1);
  EXPECT_GE(layer.bytes(), 100'003u);
  EXPECT_LE(layer.bytes(), 101'000u);
}

TEST_P(LayerThatFinds, EqualsAMapAtTheEndOfEveryBatch) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    Layer layer(GetParam());
    std::map<std::string, std::string> rows;
    std::map<uint64_t, std::map<std::string, std::string>> states;
    // Halfway it begins to find by index: what it holds then, it has to find, too.
    constexpr uint64_t kPositions = 400;
    for (uint64_t position = 1; position <= kPositions; ++position) {
      if (position == kPositions / 2) layer.BuildIndex();
      const std::string value = std::to_string(position);
      std::map<std::string, std::optional<std::string>> changes;
      // Fewer than are put together, and more.
      for (size_t left = random() % 20; left > 0; --left) {
        const bool deleted = random() % 4 == 0;
        changes[std::to_string(random() % 400)] = deleted ? std::nullopt : std::optional(value);
      }
      std::vector<ChangedRow> changed;
      for (const auto& [key, row] : changes) {
        changed.push_back({key, row});
        rows[key] = key + (row ? "=" + *row : "-");
      }
      layer.Put(changed, position);
      if (random() % 3 == 0) {
        layer.EndBatch(position);
        states[position] = rows;
      }
    }
    for (const auto& [position, state] : states) {
      std::vector<std::string> expected;
      for (const auto& [key, row] : state) expected.push_back(row);
      ASSERT_EQ(Walk(layer, position), expected);
      std::reverse(expected.begin(), expected.end());
      ASSERT_EQ(Walk(layer, position, {}, Order::kDescending), expected);
      for (const auto& [key, row] : state) ASSERT_EQ(RowIn(layer, key, position), row);
      ASSERT_EQ(Find(layer, "absent", position), "unknown");
    }
  }
}

// Keys move to a larger table a few at a time: some are found in the one, some in the other.
TEST(Layer, FindsTheNewestRowOfEachKeyWhileItsIndexGrows) {
  constexpr unsigned kSeed = 1;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937 random(kSeed);
  Layer layer;
  std::vector<std::string> rows;
  for (uint64_t position = 1; position <= 30'000; ++position) {
    const std::string value = std::to_string(position);
    const size_t changed = position % 2 == 0 ? random() % rows.size() : rows.size();
    rows.resize(std::max(rows.size(), changed + 1));
    rows[changed] = value;
    PutAndEndBatch(layer, std::to_string(changed), value, position);
    for (const size_t asked : {changed, size_t{random() % rows.size()}}) {
      ASSERT_EQ(Find(layer, std::to_string(asked), position), rows[asked]);
    }
  }
  EXPECT_EQ(layer.keys(), rows.size());
}

TEST_P(LayerThatFinds, CountsEachKeyOnce) {
  Layer layer(GetParam());
  layer.Put("a", "staged", 1);
  layer.Put("a", "staged again", 1);
  layer.EndBatch(1);
  PutAndEndBatch(layer, "b", "1", 2);
  PutAndEndBatch(layer, "a", "2", 3);
  EXPECT_EQ(layer.keys(), 2u);
}

// Two rows always change together; both orders of a walk and Find must agree.
TEST_P(LayerThatFinds, ShowsWholeBatchesToReadersWhileTheWriterWrites) {
  constexpr uint64_t kPositions = 20'000;
  Layer layer(GetParam());
  std::atomic<uint64_t> published = 0;
  std::atomic<uint64_t> reads = 0;
  const auto read = [&] {
    for (uint64_t position = 0; position < kPositions;) {
      position = published.load(std::memory_order_acquire);
      if (position == 0) continue;
      const std::string left = Find(layer, "left", position);
      ASSERT_EQ(left, std::to_string(position));
      ASSERT_EQ(Find(layer, "right", position), left);
      const std::string earlier = std::to_string(1 + position / 2);
      ASSERT_EQ(Find(layer, "k" + earlier, position), earlier);
      ASSERT_THAT(Walk(layer, position, {"l", "s"}), ElementsAre("left=" + left, "right=" + left));
      ASSERT_THAT(Walk(layer, position, {"l", "s"}, Order::kDescending),
                  ElementsAre("right=" + left, "left=" + left));
      reads.fetch_add(1);
    }
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(read);
  for (uint64_t position = 1; position <= kPositions; ++position) {
    const std::string value = std::to_string(position);
    layer.Put("left", "not yet", position);
    layer.Put("k" + value, value, position);
    layer.Put("right", value, position);
    layer.Put("left", value, position);
    layer.Put("t" + value, value, position);
    layer.EndBatch(position);
    if (position == kPositions / 2) layer.BuildIndex();
    published.store(position, std::memory_order_release);
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_GE(reads.load(), 3u);
}

}  // namespace
}  // namespace billing::projections
