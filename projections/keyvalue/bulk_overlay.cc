#include "projections/keyvalue/bulk_overlay.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "projections/keyvalue/merged.h"

namespace billing::projections {
namespace {

// Key and value of a usual row.
constexpr size_t kBytesPerChange = 192;

// Sorts as eight bytes of a key do, from one on; where there are fewer, zeros follow.
uint64_t EightBytesOf(std::string_view key, size_t at) {
  uint64_t bytes = 0;
  if (key.size() >= at + sizeof(bytes)) {
    for (const char c : key.substr(at, sizeof(bytes))) bytes = bytes << 8 | static_cast<uint8_t>(c);
    return bytes;
  }
  for (size_t i = at; i < at + sizeof(bytes); ++i) {
    bytes = bytes << 8 | (i < key.size() ? static_cast<uint8_t>(key[i]) : 0);
  }
  return bytes;
}

// A row to be put in order. Comparing keys costs much, and most differ in their first bytes.
template <class Row>
struct Sorted {
  explicit Sorted(const Row& changed) : row(&changed) {
    for (size_t i = 0; i < beginning.size(); ++i) {
      beginning[i] = EightBytesOf(changed.first, i * sizeof(uint64_t));
    }
  }

  bool operator<(const Sorted& other) const {
    for (size_t i = 0; i < beginning.size(); ++i) {
      if (beginning[i] != other.beginning[i]) return beginning[i] < other.beginning[i];
    }
    return row->first < other.row->first;
  }

  std::array<uint64_t, 3> beginning;
  const Row* row;
};

}  // namespace

BulkOverlay::BulkOverlay(const RowReader& base, size_t changes)
    : base_(base), memory_(changes * kBytesPerChange) {
  changes_.reserve(changes);
}

std::optional<std::string> BulkOverlay::Get(std::string_view key) const {
  const auto it = changes_.find(key);
  if (it == changes_.end()) return base_.Get(key);
  if (!it->second) return std::nullopt;
  return std::string(*it->second);
}

bool BulkOverlay::Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const {
  const auto it = changes_.find(key);
  if (it == changes_.end()) return base_.Look(key, use);
  if (it->second) use(*it->second);
  return it->second.has_value();
}

std::vector<const BulkOverlay::Row*> BulkOverlay::ChangesIn(const KeyRange& range) const {
  std::vector<Sorted<Row>> sorted;
  sorted.reserve(range.begin.empty() ? changes_.size() : 0);
  for (const Row& row : changes_) {
    const std::string_view key = row.first;
    if (key >= range.begin && (range.end.empty() || key < range.end)) sorted.emplace_back(row);
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<const Row*> changes;
  changes.reserve(sorted.size());
  for (const auto& each : sorted) changes.push_back(each.row);
  return changes;
}

void BulkOverlay::Scan(const KeyRange& range, Order order,
                       absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const {
  if (!range.end.empty() && range.begin >= range.end) return;
  std::vector<std::pair<std::string_view, std::optional<std::string_view>>> changes;
  for (const Row* row : ChangesIn(range)) changes.emplace_back(row->first, row->second);
  switch (order) {
    case Order::kAscending:
      return VisitMerged(changes.begin(), changes.end(), std::less<>(), base_, range, order, visit);
    case Order::kDescending:
      return VisitMerged(changes.rbegin(), changes.rend(), std::greater<>(), base_, range, order,
                         visit);
  }
}

BulkOverlay::Value& BulkOverlay::ValueOf(std::string_view key) {
  const auto row = changes_.lazy_emplace(key, [&](const auto& make) {
    char* const kept = static_cast<char*>(memory_.allocate(key.size(), alignof(char)));
    std::copy(key.begin(), key.end(), kept);
    make(std::string_view(kept, key.size()), std::nullopt);
  });
  return row->second;
}

void BulkOverlay::Put(std::string_view key, std::string_view value) {
  Value& changed = ValueOf(key);
  if (changed) {
    changed->assign(value);
  } else {
    changed.emplace(value, &memory_);
  }
}

void BulkOverlay::Delete(std::string_view key) { ValueOf(key).reset(); }

void BulkOverlay::VisitChanges(
    absl::FunctionRef<void(std::string_view, std::optional<std::string_view>)> visit) const {
  for (const Row* row : ChangesIn({})) visit(row->first, row->second);
}

}  // namespace billing::projections
