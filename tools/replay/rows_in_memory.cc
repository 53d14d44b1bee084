#include "tools/replay/rows_in_memory.h"

#include <cassert>
#include <cstring>
#include <new>

namespace billing::replay {

using projections::KeyRange;
using projections::Order;

RowsInMemory::~RowsInMemory() {
  for (Row* row : rows_) Free(row);
}

RowsInMemory::Row* RowsInMemory::NewRow(std::string_view key, std::string_view value) {
  void* const memory = ::operator new(sizeof(Row) + key.size());
  Row* const row = new (memory) Row{std::string(value), key.size()};
  std::memcpy(static_cast<char*>(memory) + sizeof(Row), key.data(), key.size());
  return row;
}

void RowsInMemory::Free(Row* row) {
  row->~Row();
  ::operator delete(row);
}

std::optional<std::string> RowsInMemory::Get(std::string_view key) const {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return std::nullopt;
  return (*found)->value;
}

const absl::btree_set<RowsInMemory::Row*, RowsInMemory::ByKey>& RowsInMemory::Ordered(
    size_t view) const {
  auto& [ordered, fresh] = views_[view];
  ordered.insert(fresh.begin(), fresh.end());
  fresh.clear();
  return ordered;
}

void RowsInMemory::Scan(const KeyRange& range, Order order,
                        absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const {
  if (!range.end.empty() && range.begin >= range.end) return;
  const size_t first = range.begin.empty() ? 0 : ViewOf(range.begin);
  const size_t last = range.end.empty() ? views_.size() - 1 : ViewOf(range.end);
  for (size_t i = first; i <= last; ++i) {
    const auto& rows = Ordered(order == Order::kAscending ? i : first + last - i);
    const auto begin = rows.lower_bound(std::string_view(range.begin));
    const auto end = range.end.empty() ? rows.end() : rows.lower_bound(std::string_view(range.end));
    if (order == Order::kAscending) {
      for (auto row = begin; row != end; ++row) {
        if (!visit((*row)->key(), (*row)->value)) return;
      }
    } else {
      for (auto row = end; row != begin;) {
        --row;
        if (!visit((*row)->key(), (*row)->value)) return;
      }
    }
  }
}

void RowsInMemory::Put(std::string_view key, std::string_view value) {
  assert(!key.empty());
  if (const auto found = rows_.find(key); found != rows_.end()) {
    (*found)->value.assign(value);
    return;
  }
  Row* const row = NewRow(key, value);
  rows_.insert(row);
  views_[ViewOf(key)].fresh.push_back(row);
}

void RowsInMemory::Delete(std::string_view key) {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return;
  Row* const row = *found;
  Ordered(ViewOf(key));
  views_[ViewOf(key)].ordered.erase(row);
  rows_.erase(found);
  Free(row);
}

}  // namespace billing::replay
