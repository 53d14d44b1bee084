#include "projections/rows/row_cache.h"

#include "absl/hash/hash.h"

namespace billing::projections {
namespace {

size_t PlaceOf(std::string_view key) { return absl::HashOf(key) % RowCache::kPlaces; }

}  // namespace

std::optional<std::string> RowCache::Find(std::string_view key) const {
  const size_t place = PlaceOf(key);
  const std::lock_guard lock(locks_[place % kLocks]);
  const Row& row = places_[place];
  if (row.key != key) return std::nullopt;
  return row.value;
}

void RowCache::Keep(std::string_view key, std::string_view value) {
  if (key.size() + value.size() > kRowBytesMax) return;
  const size_t place = PlaceOf(key);
  const std::lock_guard lock(locks_[place % kLocks]);
  places_[place].key.assign(key);
  places_[place].value.assign(value);
}

}  // namespace billing::projections
