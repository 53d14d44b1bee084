#include "projections/tree/growing_tree.h"

#include <algorithm>
#include <utility>

#include "eventstore/integrity/proof.h"
#include "projections/state/keys.h"

namespace billing::projections {
namespace {

using eventstore::Hash;
using eventstore::kTileHeight;
using eventstore::kTileWidth;

constexpr size_t kTileBytes = kTileWidth * sizeof(Hash);

}  // namespace

std::optional<GrowingTree> GrowingTree::Parse(std::string_view frontier, std::string_view tile) {
  auto parsed = eventstore::Frontier::Parse(frontier);
  if (!parsed || tile.size() != parsed->size() % kTileWidth * sizeof(Hash)) return std::nullopt;
  eventstore::Frontier of_tile;
  for (size_t at = 0; at < tile.size(); at += sizeof(Hash)) {
    Hash leaf;
    std::copy_n(tile.begin() + static_cast<std::ptrdiff_t>(at), sizeof(Hash), leaf.begin());
    of_tile.Append(leaf);
  }
  if (!parsed->EndsWith(of_tile)) return std::nullopt;
  GrowingTree tree;
  tree.frontier_ = *std::move(parsed);
  tree.tile_ = tile;
  return tree;
}

void GrowingTree::Append(const Hash& leaf, RowWriter& rows) {
  tile_ += eventstore::AsBytes(leaf);
  frontier_.Append(leaf, [&](unsigned height, const Hash& root) {
    if (height % kTileHeight != 0) return;
    rows.Put(keys::TreeNode(height, (frontier_.size() >> height) - 1), eventstore::AsBytes(root));
  });
  if (tile_.size() < kTileBytes) return;
  rows.Put(keys::TreeTile(frontier_.size() / kTileWidth - 1), tile_);
  tile_.clear();
}

}  // namespace billing::projections
