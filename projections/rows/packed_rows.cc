#include "projections/rows/packed_rows.h"

#include <cassert>
#include <cstdint>
#include <cstring>

namespace billing::projections {
namespace {

// Before each row; in memory only.
struct Sizes {
  uint32_t key;
  uint32_t value;
};

}  // namespace

void PackedRows::Add(std::string_view key, std::string_view value) {
  if (!bytes_) return;
  if (bytes_->size() + sizeof(Sizes) + key.size() + value.size() > bytes_max_) {
    bytes_.reset();
    return;
  }
  const Sizes sizes{static_cast<uint32_t>(key.size()), static_cast<uint32_t>(value.size())};
  bytes_->append(reinterpret_cast<const char*>(&sizes), sizeof(sizes));
  bytes_->append(key).append(value);
}

void PackedRowsCursor::Next() {
  valid_ = !rest_.empty();
  if (!valid_) return;
  assert(rest_.size() >= sizeof(Sizes));
  Sizes sizes;
  std::memcpy(&sizes, rest_.data(), sizeof(sizes));
  rest_.remove_prefix(sizeof(sizes));
  assert(rest_.size() >= size_t{sizes.key} + sizes.value);
  key_ = rest_.substr(0, sizes.key);
  value_ = rest_.substr(sizes.key, sizes.value);
  rest_.remove_prefix(size_t{sizes.key} + sizes.value);
}

}  // namespace billing::projections
