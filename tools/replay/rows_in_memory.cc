#include "tools/replay/rows_in_memory.h"

#include <algorithm>
#include <iterator>

namespace billing::replay {

using projections::KeyRange;
using projections::Order;

std::optional<std::string> RowsInMemory::Get(std::string_view key) const {
  const auto row = rows_.find(key);
  if (row == rows_.end()) return std::nullopt;
  return row->second;
}

void RowsInMemory::Scan(const KeyRange& range, Order order,
                        absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const {
  if (!range.end.empty() && range.begin >= range.end) return;
  const auto begin = rows_.lower_bound(range.begin);
  switch (order) {
    case Order::kAscending:
      for (auto row = begin; row != rows_.end(); ++row) {
        if (!range.end.empty() && row->first >= range.end) return;
        if (!visit(row->first, row->second)) return;
      }
      return;
    case Order::kDescending:
      for (auto row = range.end.empty() ? rows_.end() : rows_.lower_bound(range.end);
           row != begin;) {
        --row;
        if (!visit(row->first, row->second)) return;
      }
      return;
  }
}

void RowsInMemory::Put(std::string_view key, std::string_view value) {
  const auto row = rows_.lower_bound(key);
  if (row != rows_.end() && row->first == key) {
    row->second.assign(value);
  } else {
    rows_.emplace_hint(row, key, value);
  }
}

void RowsInMemory::Delete(std::string_view key) {
  const auto row = rows_.find(key);
  if (row != rows_.end()) rows_.erase(row);
}

}  // namespace billing::replay
