#include "projections/keyvalue/bulk_overlay.h"

#include <algorithm>
#include <cstdint>

#include "projections/keyvalue/merged.h"

namespace billing::projections {
namespace {

// Key and value of a usual row.
constexpr size_t kBytesPerChange = 192;

// Sorts as the first eight bytes of a key do; a shorter one is filled up with zeros.
uint64_t BeginningOf(std::string_view key) {
  uint64_t beginning = 0;
  for (size_t i = 0; i < sizeof(beginning); ++i) {
    beginning = beginning << 8 | (i < key.size() ? static_cast<uint8_t>(key[i]) : 0);
  }
  return beginning;
}

}  // namespace

struct BulkOverlay::Change {
  // Most keys differ in it, and comparing them costs much.
  uint64_t beginning;
  std::string_view first;
  std::optional<std::string_view> second;

  bool operator<(const Change& other) const {
    return beginning != other.beginning ? beginning < other.beginning : first < other.first;
  }
};

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

std::vector<BulkOverlay::Change> BulkOverlay::ChangesIn(const KeyRange& range) const {
  std::vector<Change> changes;
  changes.reserve(range.begin.empty() ? changes_.size() : 0);
  for (const auto& [key, value] : changes_) {
    if (key >= range.begin && (range.end.empty() || key < range.end)) {
      changes.push_back({BeginningOf(key), key, value});
    }
  }
  std::sort(changes.begin(), changes.end());
  return changes;
}

void BulkOverlay::Scan(const KeyRange& range, Order order,
                       absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const {
  if (!range.end.empty() && range.begin >= range.end) return;
  const std::vector<Change> changes = ChangesIn(range);
  switch (order) {
    case Order::kAscending:
      return VisitMerged(changes.begin(), changes.end(), std::less<>(), base_, range, order, visit);
    case Order::kDescending:
      return VisitMerged(changes.rbegin(), changes.rend(), std::greater<>(), base_, range, order,
                         visit);
  }
}

BulkOverlay::Value& BulkOverlay::ValueOf(std::string_view key) {
  const auto known = changes_.find(key);
  if (known != changes_.end()) return known->second;
  char* const kept = static_cast<char*>(memory_.allocate(key.size(), alignof(char)));
  std::copy(key.begin(), key.end(), kept);
  return changes_[std::string_view(kept, key.size())];
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
  for (const Change& change : ChangesIn({})) visit(change.first, change.second);
}

}  // namespace billing::projections
