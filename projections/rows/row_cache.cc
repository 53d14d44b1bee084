#include "projections/rows/row_cache.h"

#include <algorithm>
#include <cassert>

#include "projections/keyvalue/key_hash.h"

namespace billing::projections {

RowCache::RowCache(const Bounds& bounds)
    : bytes_max_(bounds.bytes_max), sets_(bounds.places / kPlacesPerKey) {
  assert(!sets_.empty() && bytes_max_ <= kBytesMax);
}

const RowCache::Row* RowCache::Set::Find(uint32_t mark, std::string_view key) const {
  for (size_t place = 0; place < rows.size(); ++place) {
    if (marks[place] == mark && rows[place].key == key) return &rows[place];
  }
  return nullptr;
}

bool RowCache::Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const {
  const size_t hash = KeyHash()(key);
  const size_t set = SetOf(hash);
  // Without setting it to zeros first.
  std::array<char, kBytesMax> copy;
  size_t size = 0;
  {
    const std::lock_guard lock(locks_[set % kLocks]);
    const Row* const row = sets_[set].Find(MarkOf(hash), key);
    if (row == nullptr) return false;
    size = row->value.copy(copy.data(), copy.size());
  }
  use({copy.data(), size});
  return true;
}

void RowCache::Keep(std::string_view key, std::string_view value) {
  assert(!key.empty());
  if (key.size() + value.size() > bytes_max_) return;
  const size_t hash = KeyHash()(key);
  const size_t number = SetOf(hash);
  const std::lock_guard lock(locks_[number % kLocks]);
  Set& set = sets_[number];
  // Two readers that missed the same row bring it both.
  if (set.Find(MarkOf(hash), key) != nullptr) return;
  Row& row = set.rows[set.oldest];
  set.marks[set.oldest] = MarkOf(hash);
  set.oldest = (set.oldest + 1) % set.rows.size();
  // New ones, which are not larger than they have to be.
  row.key = std::string(key);
  row.value = std::string(value);
}

}  // namespace billing::projections
