#include "projections/keyvalue/bulk_overlay.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "eventstore/big_endian.h"
#include "projections/keyvalue/merged.h"

namespace billing::projections {
namespace {

// Key and value of a usual row.
constexpr size_t kBytesPerChange = 192;

// A row to be put in order. Comparing keys costs much, and most differ in their first bytes.
template <class Row>
struct Sorted {
  explicit Sorted(const Row& changed)
      : first(eventstore::FirstBe64(changed.first)),
        second(eventstore::FirstBe64(
            changed.first.substr(std::min(sizeof(uint64_t), changed.first.size())))),
        row(&changed) {}

  // Of two with the same first bytes.
  bool operator<(const Sorted& other) const {
    if (second != other.second) return second < other.second;
    return row->first < other.row->first;
  }

  uint64_t first;
  uint64_t second;
  const Row* row;
};

// A key begins with its view and, mostly, its account: few rows differ in that. So they are grouped
// by it, without comparing one with another, and each group is sorted.
template <class Row>
std::vector<Sorted<Row>> InOrder(const std::vector<Sorted<Row>>& rows) {
  absl::flat_hash_map<uint64_t, size_t> places;  // by first bytes: how many, then where the next is
  for (const auto& each : rows) ++places[each.first];
  std::vector<std::pair<uint64_t, size_t>> groups(places.begin(), places.end());
  std::sort(groups.begin(), groups.end());
  size_t begin = 0;
  for (const auto& [first, count] : groups) {
    places[first] = begin;
    begin += count;
  }
  std::vector<Sorted<Row>> sorted(rows);
  for (const auto& each : rows) sorted[places[each.first]++] = each;
  auto group_begin = sorted.begin();
  for (const auto& [first, count] : groups) {
    const auto group_end = group_begin + static_cast<ptrdiff_t>(count);
    std::sort(group_begin, group_end);
    group_begin = group_end;
  }
  return sorted;
}

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
  const bool all = range.begin.empty() && range.end.empty();
  std::vector<Sorted<Row>> found;
  found.reserve(all ? changes_.size() : 0);
  for (const Row& row : changes_) {
    const std::string_view key = row.first;
    if (all || (key >= range.begin && (range.end.empty() || key < range.end))) {
      found.emplace_back(row);
    }
  }
  std::vector<const Row*> changes;
  changes.reserve(found.size());
  for (const auto& each : InOrder(found)) changes.push_back(each.row);
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
