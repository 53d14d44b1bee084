#include "projections/keyvalue/key_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "projections/keyvalue/bulk_overlay.h"
#include "tests/rows/rows_of.h"

namespace billing::projections {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;

MapRows MakeRows(const Rows& rows) {
  MapRows map;
  for (const auto& [key, value] : rows) map.Put(key, value);
  return map;
}

TEST(KeysWithPrefix, EndsBeforeTheNextPrefix) {
  const KeyRange range = KeysWithPrefix("ab");
  EXPECT_EQ(range.begin, "ab");
  EXPECT_EQ(range.end, "ac");
}

TEST(KeysWithPrefix, CarriesPastHighestBytes) {
  const KeyRange range = KeysWithPrefix("a\xFF\xFF");
  EXPECT_EQ(range.begin, "a\xFF\xFF");
  EXPECT_EQ(range.end, "b");
}

TEST(KeysWithPrefix, TreatsBytesAsUnsigned) { EXPECT_EQ(KeysWithPrefix("\x7F").end, "\x80"); }

TEST(KeysWithPrefix, HasNoUpperBoundWhenNoKeyCanFollow) {
  EXPECT_EQ(KeysWithPrefix("").end, "");
  EXPECT_EQ(KeysWithPrefix("\xFF\xFF").end, "");
}

TEST(MapRows, GivesWhatWasPutLast) {
  MapRows rows;
  rows.Put("a", "1");
  rows.Put("a", "2");
  EXPECT_THAT(rows.Get("a"), Optional(std::string("2")));
  rows.Delete("a");
  EXPECT_EQ(rows.Get("a"), std::nullopt);
  EXPECT_TRUE(rows.status().ok());
}

TEST(MapRows, ScansARangeInBothOrders) {
  const MapRows rows = MakeRows({{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}});
  EXPECT_THAT(RowsOf(rows, {"b", "d"}), ElementsAre(Pair("b", "2"), Pair("c", "3")));
  EXPECT_THAT(RowsOf(rows, {"b", "d"}, Order::kDescending),
              ElementsAre(Pair("c", "3"), Pair("b", "2")));
}

TEST(MapRows, ScansToTheLastRowWhenTheEndIsEmpty) {
  const MapRows rows = MakeRows({{"a", "1"}, {"\xFF\xFF", "2"}});
  EXPECT_THAT(RowsOf(rows, {"b", ""}), ElementsAre(Pair("\xFF\xFF", "2")));
}

TEST(MapRows, ScansNothingOfAnEmptyRange) {
  const MapRows rows = MakeRows({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  EXPECT_THAT(RowsOf(rows, {"b", "b"}), IsEmpty());
  EXPECT_THAT(RowsOf(rows, {"c", "a"}), IsEmpty());
}

TEST(MapRows, StopsWhenTheVisitorHasEnough) {
  const MapRows rows = MakeRows({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  EXPECT_THAT(RowsOf(rows, {}, Order::kDescending, 2), ElementsAre(Pair("c", "3"), Pair("b", "2")));
}

TEST(Overlay, ShowsItsChangesAndLeavesTheBaseAlone) {
  const MapRows base = MakeRows({{"a", "1"}, {"b", "2"}});
  Overlay overlay(base);
  overlay.Put("a", "changed");
  overlay.Delete("b");
  overlay.Put("c", "new");

  EXPECT_THAT(overlay.Get("a"), Optional(std::string("changed")));
  EXPECT_EQ(overlay.Get("b"), std::nullopt);
  EXPECT_THAT(overlay.Get("c"), Optional(std::string("new")));
  EXPECT_THAT(base.rows(), ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(Overlay, ShowsTheBaseWhereNothingChanged) {
  const MapRows base = MakeRows({{"a", "1"}});
  const Overlay overlay(base);
  EXPECT_THAT(overlay.Get("a"), Optional(std::string("1")));
  EXPECT_THAT(overlay.changes(), IsEmpty());
}

TEST(Overlay, HandsEachChangedRowOnOnce) {
  const MapRows base = MakeRows({{"a", "1"}, {"b", "2"}});
  Overlay overlay(base);
  overlay.Put("a", "x");
  overlay.Put("a", "y");
  overlay.Delete("b");
  EXPECT_THAT(overlay.changes(), ElementsAre(Pair("a", Optional(std::string("y"))),
                                             Pair("b", std::optional<std::string>())));
}

TEST(Overlay, MergesChangesIntoAScanInBothOrders) {
  const MapRows base = MakeRows({{"b", "2"}, {"d", "4"}, {"f", "6"}});
  Overlay overlay(base);
  overlay.Put("a", "before all");
  overlay.Put("d", "replaced");
  overlay.Delete("f");
  overlay.Put("g", "after all");
  EXPECT_THAT(RowsOf(overlay), ElementsAre(Pair("a", "before all"), Pair("b", "2"),
                                           Pair("d", "replaced"), Pair("g", "after all")));
  EXPECT_THAT(RowsOf(overlay, {}, Order::kDescending),
              ElementsAre(Pair("g", "after all"), Pair("d", "replaced"), Pair("b", "2"),
                          Pair("a", "before all")));
}

TEST(Overlay, StopsAtAChangedRowAndAtARowOfTheBase) {
  const MapRows base = MakeRows({{"b", "2"}, {"d", "4"}});
  Overlay overlay(base);
  overlay.Put("a", "1");
  overlay.Put("c", "3");
  EXPECT_THAT(RowsOf(overlay, {}, Order::kAscending, 1), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(RowsOf(overlay, {}, Order::kAscending, 2),
              ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

std::string RandomKey(std::mt19937& random) {
  std::string key;
  for (size_t length = random() % 4; length > 0; --length) {
    key.push_back("ab\xFF"[random() % 3]);
  }
  return key;
}

std::optional<std::string> Looked(const RowReader& rows, std::string_view key) {
  std::optional<std::string> looked;
  const bool found = rows.Look(key, [&](std::string_view value) { looked = value; });
  EXPECT_EQ(found, looked.has_value());
  return looked;
}

// Changes made at random, to rows and to what lies over them.
void ExpectTheRowsWithTheChangesMade(
    const std::function<std::unique_ptr<RowWriter>(const RowReader& base)>& over) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    MapRows base;
    for (int i = 0; i < 10; ++i) base.Put(RandomKey(random), std::to_string(i));
    MapRows expected = base;
    const std::unique_ptr<RowWriter> overlay = over(base);
    for (int i = 0; i < 10; ++i) {
      const std::string key = RandomKey(random);
      if (random() % 2 == 0) {
        overlay->Delete(key);
        expected.Delete(key);
      } else {
        const std::string value(random() % 40, 'n');
        overlay->Put(key, value);
        expected.Put(key, value);
      }
      const KeyRange range{RandomKey(random), RandomKey(random)};
      const size_t limit = 1 + random() % 5;
      for (const Order order : {Order::kAscending, Order::kDescending}) {
        ASSERT_EQ(RowsOf(*overlay, range, order, limit), RowsOf(expected, range, order, limit));
      }
      const std::string other = RandomKey(random);
      for (const std::string& one : {key, other}) {
        ASSERT_EQ(overlay->Get(one), expected.Get(one));
        ASSERT_EQ(Looked(*overlay, one), expected.Get(one));
        ASSERT_EQ(Looked(expected, one), expected.Get(one));
      }
    }
  }
}

TEST(Overlay, EqualsTheRowsWithTheChangesMadeToThem) {
  ExpectTheRowsWithTheChangesMade(
      [](const RowReader& base) { return std::make_unique<Overlay>(base); });
}

TEST(BulkOverlay, EqualsTheRowsWithTheChangesMadeToThem) {
  ExpectTheRowsWithTheChangesMade(
      [](const RowReader& base) { return std::make_unique<BulkOverlay>(base, 4); });
}

TEST(BulkOverlay, HandsEachChangedRowOnOnceInOrder) {
  const MapRows base = MakeRows({{"a", "1"}, {"beginning b", "2"}});
  BulkOverlay overlay(base, 1);
  overlay.Put("beginning c", "x");
  overlay.Put("beginning c", "y");
  overlay.Delete("beginning b");
  overlay.Put("beginning", "z");
  overlay.Put("begin", "");
  std::vector<std::pair<std::string, std::string>> changes;
  overlay.VisitChanges([&](std::string_view key, std::optional<std::string_view> value) {
    changes.emplace_back(key, value.value_or("deleted"));
  });
  EXPECT_THAT(changes, ElementsAre(Pair("begin", ""), Pair("beginning", "z"),
                                   Pair("beginning b", "deleted"), Pair("beginning c", "y")));
  EXPECT_THAT(base.rows(), ElementsAre(Pair("a", "1"), Pair("beginning b", "2")));
}

}  // namespace
}  // namespace billing::projections
