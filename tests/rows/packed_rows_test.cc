#include "projections/rows/packed_rows.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace billing::projections {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows Unpacked(std::string_view bytes) {
  Rows rows;
  for (PackedRowsCursor row(bytes); row.Valid(); row.Next()) {
    rows.emplace_back(row.Key(), row.Row().value.value());
  }
  return rows;
}

TEST(PackedRows, ComeBackAsTheyWereAdded) {
  const Rows rows = {{"a", "1"}, {std::string("a\0", 2), ""}, {"\xFF", std::string(300, 'x')}};
  PackedRows packed(1'000);
  for (const auto& [key, value] : rows) packed.Add(key, value);
  EXPECT_EQ(Unpacked(packed.bytes().value()), rows);
}

TEST(PackedRows, MayBeNone) { EXPECT_EQ(Unpacked(PackedRows(0).bytes().value()), Rows()); }

TEST(PackedRows, AreAllThereOrNothingIs) {
  PackedRows packed(100);
  packed.Add("a", std::string(60, 'x'));
  EXPECT_TRUE(packed.bytes().has_value());
  packed.Add("b", std::string(60, 'x'));
  EXPECT_FALSE(packed.bytes().has_value());
  packed.Add("c", "");
  EXPECT_FALSE(packed.bytes().has_value());
}

}  // namespace
}  // namespace billing::projections
