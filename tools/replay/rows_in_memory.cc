#include "tools/replay/rows_in_memory.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>
#include <utility>

#include "eventstore/big_endian.h"
#include "projections/keyvalue/key_hash.h"
#include "projections/state/keys.h"

namespace billing::replay {
namespace {

using projections::KeyRange;
using projections::Order;
using projections::keys::BeginsWithNumber;

constexpr unsigned kViewShift = 56;
constexpr uint64_t kBelowView = (uint64_t{1} << kViewShift) - 1;
constexpr size_t kViews = 256;
// Groups that are a view's of its own: no number of an account is as large.
constexpr uint64_t kWholeView = uint64_t{1} << 63;

template <class Rows, class Visit>
bool VisitBetween(const Rows& begin, const Rows& end, Order order, Visit visit) {
  if (order == Order::kAscending) {
    for (auto row = begin; row != end; ++row) {
      if (!visit((*row)->key(), (*row)->value())) return false;
    }
    return true;
  }
  for (auto row = end; row != begin;) {
    --row;
    if (!visit((*row)->key(), (*row)->value())) return false;
  }
  return true;
}

}  // namespace

// Views whose keys do not begin with an account's number have one group.
uint64_t RowsInMemory::GroupOf(std::string_view key) {
  if (!BeginsWithNumber(key.front())) return kWholeView | ViewOf(key);
  return eventstore::FirstBe64(key) & kBelowView;
}

RowsInMemory::Sought RowsInMemory::Seek(std::string_view key) {
  const size_t hash = projections::KeyHash()(key);
  return {(hash & kBelowView) | uint64_t{ViewOf(key)} << kViewShift, key};
}

RowsInMemory::Ordered* RowsInMemory::Group::InOrder(size_t view) {
  for (const auto& [ordered_view, ordered] : in_order) {
    if (ordered_view == view) return ordered.get();
  }
  return nullptr;
}

RowsInMemory::Group* RowsInMemory::FindGroup(uint64_t number) const {
  if (last_group_ != nullptr && last_number_ == number) return last_group_;
  const auto found = groups_.find(number);
  if (found == groups_.end()) return nullptr;
  last_number_ = number;
  last_group_ = found->second.get();
  return last_group_;
}

RowsInMemory::Row* RowsInMemory::Find(std::string_view key) const {
  const Group* group = FindGroup(GroupOf(key));
  if (group == nullptr) return nullptr;
  const auto place = group->rows.find(Seek(key));
  return place == group->rows.end() ? nullptr : place->row;
}

std::optional<std::string> RowsInMemory::Get(std::string_view key) const {
  const Row* row = Find(key);
  if (row == nullptr) return std::nullopt;
  return std::string(row->value());
}

bool RowsInMemory::Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const {
  const Row* row = Find(key);
  if (row == nullptr) return false;
  use(row->value());
  return true;
}

bool RowsInMemory::HasAll(std::span<const KeyAndValue> rows) const {
  struct Step {
    uint64_t number;
    const Group* group;
    uint64_t hash;
    const Row* row;
  };
  std::vector<Step> steps(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    steps[i].number = GroupOf(rows[i].key);
    groups_.prefetch(steps[i].number);
  }
  for (Step& step : steps) {
    const auto group = groups_.find(step.number);
    if (group == groups_.end()) return false;
    step.group = group->second.get();
    __builtin_prefetch(step.group);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    steps[i].hash = Seek(rows[i].key).hash;
    steps[i].group->rows.prefetch(SoughtByHash{steps[i].hash});
  }
  for (Step& step : steps) {
    const auto place = step.group->rows.find(SoughtByHash{step.hash});
    if (place == step.group->rows.end()) return false;
    step.row = place->row;
    __builtin_prefetch(step.row);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& [key, value] = rows[i];
    const Row& row = *steps[i].row;
    // Another key may have the same hash.
    if (row.key() == key ? row.value() != value : !Has(key, value)) return false;
  }
  return true;
}

RowsInMemory::Row* RowsInMemory::NewRow(std::string_view key, std::string_view value) {
  const size_t room = RowMemory::RoomFor(sizeof(Row) + key.size() + value.size());
  assert(room <= UINT32_MAX);
  Row* const row = new (memory_.Take(room))
      Row{static_cast<uint32_t>(key.size()), static_cast<uint32_t>(value.size()),
          static_cast<uint32_t>(room)};
  std::copy(key.begin(), key.end(), row->begin());
  std::copy(value.begin(), value.end(), row->begin() + key.size());
  return row;
}

void RowsInMemory::Change(Group& group, const Place& place, std::string_view value) {
  Row* const row = place.row;
  if (value.size() <= row->room_for_value()) {
    std::copy(value.begin(), value.end(), row->begin() + row->key_size);
    row->value_size = static_cast<uint32_t>(value.size());
    return;
  }
  place.row = NewRow(row->key(), value);
  if (Ordered* ordered = group.InOrder(ViewOf(row->key()))) {
    ordered->erase(row);
    ordered->insert(place.row);
  }
  memory_.GiveBack(reinterpret_cast<char*>(row), row->room);
}

void RowsInMemory::Put(std::string_view key, std::string_view value) {
  assert(!key.empty());
  const uint64_t number = GroupOf(key);
  Group* group = FindGroup(number);
  if (group == nullptr) {
    group = groups_.emplace(number, std::make_unique<Group>()).first->second.get();
  }
  const Sought sought = Seek(key);
  bool is_new = false;
  const auto place = group->rows.lazy_emplace(sought, [&](const auto& make) {
    is_new = true;
    make(Place{sought.hash, NewRow(key, value)});
  });
  if (!is_new) return Change(*group, *place, value);
  if (Ordered* ordered = group->InOrder(ViewOf(key))) ordered->insert(place->row);
  ++counts_[ViewOf(key)];
  ++size_;
}

void RowsInMemory::Delete(std::string_view key) {
  Group* group = FindGroup(GroupOf(key));
  if (group == nullptr) return;
  const auto place = group->rows.find(Seek(key));
  if (place == group->rows.end()) return;
  Row* const row = place->row;
  if (Ordered* ordered = group->InOrder(ViewOf(key))) ordered->erase(row);
  group->rows.erase(place);
  memory_.GiveBack(reinterpret_cast<char*>(row), row->room);
  --counts_[ViewOf(key)];
  --size_;
}

std::span<const uint64_t> RowsInMemory::GroupsInOrder(uint64_t first, uint64_t last) const {
  if (in_order_.size() != groups_.size()) {
    in_order_.clear();
    for (const auto& [number, group] : groups_) in_order_.push_back(number);
    std::sort(in_order_.begin(), in_order_.end());
  }
  return {std::lower_bound(in_order_.begin(), in_order_.end(), first),
          std::upper_bound(in_order_.begin(), in_order_.end(), last)};
}

std::vector<RowsInMemory::Row*> RowsInMemory::RowsOf(const Group& group, size_t view) {
  std::vector<Row*> rows;
  for (const Place& place : group.rows) {
    if (place.hash >> kViewShift == view) rows.push_back(place.row);
  }
  std::sort(rows.begin(), rows.end(), ByKey());
  return rows;
}

bool RowsInMemory::ScanGroup(Group& group, size_t view, const KeyRange& range, Order order,
                             bool keep_order, Visit visit) {
  const auto visit_those_in = [&](const auto& begin, const auto& end, auto lower_bound) {
    const auto first = range.begin.empty() ? begin : lower_bound(range.begin);
    return VisitBetween(first, range.end.empty() ? end : lower_bound(range.end), order, visit);
  };
  Ordered* ordered = group.InOrder(view);
  if (ordered == nullptr) {
    const std::vector<Row*> rows = RowsOf(group, view);
    if (!keep_order) {
      return visit_those_in(rows.begin(), rows.end(), [&rows](std::string_view key) {
        return std::lower_bound(rows.begin(), rows.end(), key, ByKey());
      });
    }
    auto kept = std::make_unique<Ordered>(rows.begin(), rows.end());
    ordered = group.in_order.emplace_back(view, std::move(kept)).second.get();
  }
  return visit_those_in(ordered->begin(), ordered->end(), [ordered](std::string_view key) {
    return Ordered::const_iterator(ordered->lower_bound(key));
  });
}

bool RowsInMemory::ScanView(size_t view, const KeyRange& range, Order order, Visit visit) const {
  const std::string key(1, static_cast<char>(view));
  const bool begins_here = !range.begin.empty() && ViewOf(range.begin) == view;
  const bool ends_here = !range.end.empty() && ViewOf(range.end) == view;
  const uint64_t first = GroupOf(begins_here ? range.begin : key);
  uint64_t last = GroupOf(ends_here ? range.end : key);
  if (!ends_here && BeginsWithNumber(key.front())) last = kWholeView - 1;
  // Nearly all ranges lie in an account: they end where the next one begins, or before.
  const std::array<uint64_t, 2> few = {first, last};
  const bool is_narrow = last - first <= 1;
  const std::span<const uint64_t> numbers =
      is_narrow ? std::span<const uint64_t>(few.data(), first == last ? 1 : 2)
                : GroupsInOrder(first, last);
  for (size_t i = 0; i < numbers.size(); ++i) {
    const size_t next = order == Order::kAscending ? i : numbers.size() - 1 - i;
    Group* group = FindGroup(numbers[next]);
    if (group == nullptr) continue;
    if (!ScanGroup(*group, view, range, order, is_narrow, visit)) return false;
  }
  return true;
}

void RowsInMemory::Scan(const KeyRange& range, Order order, Visit visit) const {
  if (!range.end.empty() && range.begin >= range.end) return;
  const size_t first = range.begin.empty() ? 0 : ViewOf(range.begin);
  const size_t last = range.end.empty() ? kViews - 1 : ViewOf(range.end);
  for (size_t i = 0; i <= last - first; ++i) {
    const size_t view = order == Order::kAscending ? first + i : last - i;
    if (counts_[view] > 0 && !ScanView(view, range, order, visit)) return;
  }
}

}  // namespace billing::replay
