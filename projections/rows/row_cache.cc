#include "projections/rows/row_cache.h"

#include "projections/keyvalue/key_hash.h"

namespace billing::projections {

std::optional<std::string> RowCache::Find(std::string_view key) const {
  const size_t set = KeyHash()(key) % kSets;
  const std::lock_guard lock(locks_[set % kLocks]);
  for (const Row& row : sets_[set].rows) {
    if (row.key == key) return row.value;
  }
  return std::nullopt;
}

void RowCache::Keep(std::string_view key, std::string_view value) {
  if (key.size() + value.size() > kRowBytesMax) return;
  const size_t number = KeyHash()(key) % kSets;
  const std::lock_guard lock(locks_[number % kLocks]);
  Set& set = sets_[number];
  // Two readers that missed the same row bring it both.
  for (const Row& row : set.rows) {
    if (row.key == key) return;
  }
  Row& row = set.rows[set.oldest];
  set.oldest = (set.oldest + 1) % set.rows.size();
  row.key.assign(key);
  row.value.assign(value);
}

}  // namespace billing::projections
