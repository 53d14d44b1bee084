// The auditor's rows against an ordered map: the same whatever is done to them.
#include "tools/replay/rows_in_memory.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace billing::replay {
namespace {

using projections::KeyRange;
using projections::MapRows;
using projections::Order;
using projections::RowReader;

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows RowsOf(const RowReader& reader, const KeyRange& range, Order order, size_t limit = SIZE_MAX) {
  Rows rows;
  reader.Scan(range, order, [&](std::string_view key, std::string_view value) {
    rows.emplace_back(key, value);
    return rows.size() < limit;
  });
  return rows;
}

TEST(RowsInMemory, AreThoseOfAnOrderedMapWhateverIsDoneToThem) {
  constexpr uint64_t kSeed = 1;
  constexpr int kSteps = 20'000;
  std::mt19937_64 random(kSeed);
  const auto below = [&random](size_t bound) { return random() % bound; };
  // A few views, and keys of which one begins with another.
  const auto some_key = [&] {
    // Two that are by account, two that are not, and one that nobody knows.
    std::string key(1, static_cast<char>("\x01\x05\x03\x0e\x7f"[below(5)]));
    if (below(2) == 0) key.append({'\1', '\0', '\0', '\0', '\0', '\0'});
    for (size_t length = below(4); length > 0; --length) {
      key.push_back(static_cast<char>("\x00\x01z\xff"[below(4)]));
    }
    return key;
  };
  RowsInMemory rows;
  MapRows expected;
  for (int step = 0; step < kSteps; ++step) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << ", step " << step);
    const std::string key = some_key();
    switch (below(5)) {
      case 0:
      case 1: {
        const std::string value(below(40), static_cast<char>('a' + below(26)));
        rows.Put(key, value);
        expected.Put(key, value);
        break;
      }
      case 2:
        rows.Delete(key);
        expected.Delete(key);
        break;
      case 3:
        ASSERT_EQ(rows.Get(key), expected.Get(key));
        ASSERT_EQ(rows.Has(key), expected.Get(key).has_value());
        ASSERT_EQ(rows.Has(key, expected.Get(key).value_or("")), rows.Has(key));
        ASSERT_FALSE(rows.Has(key, "a value that no row has"));
        ASSERT_EQ(rows.Look(key, [&](std::string_view value) { ASSERT_EQ(value, rows.Get(key)); }),
                  rows.Has(key));
        break;
      default: {
        const KeyRange range{below(8) == 0 ? "" : key, below(8) == 0 ? "" : some_key()};
        const Order order = below(2) == 0 ? Order::kAscending : Order::kDescending;
        const size_t limit = below(2) == 0 ? SIZE_MAX : 1 + below(3);
        ASSERT_EQ(RowsOf(rows, range, order, limit), RowsOf(expected, range, order, limit));
      }
    }
  }
  EXPECT_EQ(RowsOf(rows, {}, Order::kAscending), RowsOf(expected, {}, Order::kAscending));
  EXPECT_EQ(rows.size(), expected.rows().size());
}

TEST(RowsInMemory, AreAllThereOnlyWhenEachIsThereWithItsValue) {
  Rows expected;
  // Of three accounts, and of a view that is not by account.
  for (const char account : {'\1', '\2', '\3'}) {
    for (const char thing : {'a', 'b', 'c'}) {
      expected.emplace_back(std::string("\x05\1\0\0\0\0\0", 7) + account + thing, "of a thing");
    }
  }
  expected.emplace_back("\x03\1acme", "of an account");
  RowsInMemory rows;
  for (const auto& [key, value] : expected) rows.Put(key, value);
  const auto all_there = [&rows](const Rows& asked) {
    std::vector<RowsInMemory::KeyAndValue> those;
    for (const auto& [key, value] : asked) those.push_back({key, value});
    return rows.HasAll(those);
  };
  EXPECT_TRUE(all_there({}));
  EXPECT_TRUE(all_there(expected));
  for (size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "row " << i);
    Rows other_value = expected;
    other_value[i].second += "!";
    EXPECT_FALSE(all_there(other_value));
    Rows other_key = expected;
    other_key[i].first += "!";
    EXPECT_FALSE(all_there(other_key));
    Rows other_account = expected;
    other_account[i].first[other_account[i].first.size() - 2] = '\7';
    EXPECT_FALSE(all_there(other_account));
  }
}

TEST(RowsInMemory, AreCountedByTheFirstByteOfTheirKeys) {
  RowsInMemory rows;
  rows.Put("aa", "1");
  rows.Put("ab", "2");
  rows.Put("ba", "3");
  rows.Put("aa", "4");
  EXPECT_EQ(rows.CountLike("a"), 2u);
  EXPECT_EQ(RowsOf(rows, {"a", "b"}, Order::kAscending), (Rows{{"aa", "4"}, {"ab", "2"}}));
  EXPECT_EQ(rows.CountLike("a"), 2u);
  rows.Delete("aa");
  EXPECT_EQ(rows.CountLike("a"), 1u);
  EXPECT_EQ(rows.CountLike("c"), 0u);
}

}  // namespace
}  // namespace billing::replay
