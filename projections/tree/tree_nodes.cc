#include "projections/tree/tree_nodes.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "projections/state/keys.h"

namespace billing::projections {
namespace {

using eventstore::Hash;
using eventstore::kTileWidth;

// REQUIRES: as long as a hash.
Hash HashIn(std::string_view bytes) {
  Hash hash;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

absl::Status Missing(unsigned height, uint64_t index) {
  return absl::DataLossError(absl::StrCat("the tree's node ", index, " of height ", height,
                                          " is missing in the views, or not a hash"));
}

}  // namespace

absl::StatusOr<std::vector<Hash>> TreeNodes::Nodes(unsigned height, uint64_t first,
                                                   uint64_t count) const {
  auto nodes = height == 0 ? Leaves(first, count) : Roots(height, first, count);
  // A row that could not be read looks like one that is not there.
  if (!rows_.status().ok()) return rows_.status();
  return nodes;
}

absl::StatusOr<std::vector<Hash>> TreeNodes::Leaves(uint64_t first, uint64_t count) const {
  std::vector<Hash> leaves;
  leaves.reserve(count);
  if (const auto tile = rows_.Get(keys::TreeTile(first / kTileWidth))) {
    if (tile->size() != kTileWidth * sizeof(Hash)) return Missing(0, first);
    for (uint64_t i = first % kTileWidth; leaves.size() < count; ++i) {
      leaves.push_back(HashIn(std::string_view(*tile).substr(i * sizeof(Hash), sizeof(Hash))));
    }
    return leaves;
  }
  const auto records = log_.Read(first + 1, count);
  if (!records.ok()) return records.status();
  if (records->size() != count) return Missing(0, first + records->size());
  for (const auto& record : *records) leaves.push_back(eventstore::LeafHash(record.bytes));
  return leaves;
}

absl::StatusOr<std::vector<Hash>> TreeNodes::Roots(unsigned height, uint64_t first,
                                                   uint64_t count) const {
  std::vector<Hash> roots;
  roots.reserve(count);
  const KeyRange range{keys::TreeNode(height, first), keys::TreeNode(height, first + count)};
  rows_.Scan(range, Order::kAscending, [&](std::string_view key, std::string_view value) {
    if (key != keys::TreeNode(height, first + roots.size())) return false;
    if (value.size() != sizeof(Hash)) return false;
    roots.push_back(HashIn(value));
    return true;
  });
  if (roots.size() != count) return Missing(height, first + roots.size());
  return roots;
}

}  // namespace billing::projections
