#include "projections/keyvalue/key_value.h"

#include <utility>

#include "projections/keyvalue/merged.h"

namespace billing::projections {
namespace {

using Visit = absl::FunctionRef<bool(std::string_view, std::string_view)>;

// The part of a map that lies in a range.
template <typename Map>
std::pair<typename Map::const_iterator, typename Map::const_iterator> Within(
    const Map& map, const KeyRange& range) {
  if (!range.end.empty() && range.begin >= range.end) return {map.end(), map.end()};
  return {map.lower_bound(range.begin), range.end.empty() ? map.end() : map.lower_bound(range.end)};
}

template <typename Iterator>
void VisitRows(Iterator begin, Iterator end, Visit visit) {
  for (; begin != end; ++begin) {
    if (!visit(begin->first, begin->second)) return;
  }
}

}  // namespace

KeyRange KeysWithPrefix(std::string prefix) {
  std::string end = prefix;
  // Every key from a prefix of bytes 0xFF on starts with it: no upper bound.
  while (!end.empty() && end.back() == '\xFF') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return {std::move(prefix), std::move(end)};
}

bool RowReader::Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const {
  const auto value = Get(key);
  if (value) use(*value);
  return value.has_value();
}

std::optional<std::string> MapRows::Get(std::string_view key) const {
  const auto it = rows_.find(key);
  if (it == rows_.end()) return std::nullopt;
  return it->second;
}

bool MapRows::Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const {
  const auto it = rows_.find(key);
  if (it == rows_.end()) return false;
  use(it->second);
  return true;
}

void MapRows::Scan(const KeyRange& range, Order order, Visit visit) const {
  const auto [begin, end] = Within(rows_, range);
  switch (order) {
    case Order::kAscending:
      return VisitRows(begin, end, visit);
    case Order::kDescending:
      return VisitRows(std::make_reverse_iterator(end), std::make_reverse_iterator(begin), visit);
  }
}

void MapRows::Put(std::string_view key, std::string_view value) {
  rows_.insert_or_assign(std::string(key), std::string(value));
}

void MapRows::Delete(std::string_view key) {
  const auto it = rows_.find(key);
  if (it != rows_.end()) rows_.erase(it);
}

std::optional<std::string> Overlay::Get(std::string_view key) const {
  const auto it = changes_.find(key);
  return it == changes_.end() ? base_.Get(key) : it->second;
}

bool Overlay::Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const {
  const auto it = changes_.find(key);
  if (it == changes_.end()) return base_.Look(key, use);
  if (it->second) use(*it->second);
  return it->second.has_value();
}

void Overlay::Scan(const KeyRange& range, Order order, Visit visit) const {
  const auto [begin, end] = Within(changes_, range);
  switch (order) {
    case Order::kAscending:
      return VisitMerged(begin, end, std::less<>(), base_, range, order, visit);
    case Order::kDescending:
      return VisitMerged(std::make_reverse_iterator(end), std::make_reverse_iterator(begin),
                         std::greater<>(), base_, range, order, visit);
  }
}

void Overlay::Put(std::string_view key, std::string_view value) {
  changes_.insert_or_assign(std::string(key), std::string(value));
}

void Overlay::Delete(std::string_view key) {
  changes_.insert_or_assign(std::string(key), std::nullopt);
}

}  // namespace billing::projections
