#include "tools/replay/rows_in_memory.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

#include "eventstore/big_endian.h"

namespace billing::replay {

using projections::KeyRange;
using projections::Order;

RowsInMemory::~RowsInMemory() {
  for (const auto& [prefix, bucket] : buckets_) {
    for (Row* row : bucket) Free(row);
  }
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

uint64_t RowsInMemory::BucketOf(std::string_view key) {
  std::array<char, sizeof(uint64_t)> prefix = {};
  std::memcpy(prefix.data(), key.data(), std::min(key.size(), prefix.size()));
  return eventstore::FromBe64({prefix.data(), prefix.size()});
}

RowsInMemory::Row* RowsInMemory::Find(std::string_view key) const {
  const auto bucket = buckets_.find(BucketOf(key));
  if (bucket == buckets_.end()) return nullptr;
  const auto row = bucket->second.find(key);
  return row == bucket->second.end() ? nullptr : *row;
}

std::optional<std::string> RowsInMemory::Get(std::string_view key) const {
  const Row* row = Find(key);
  if (row == nullptr) return std::nullopt;
  return row->value;
}

std::span<const uint64_t> RowsInMemory::BucketsInOrder(uint64_t first, uint64_t last) const {
  if (in_order_.size() != buckets_.size()) {
    in_order_.clear();
    for (const auto& [prefix, bucket] : buckets_) in_order_.push_back(prefix);
    std::sort(in_order_.begin(), in_order_.end());
  }
  return {std::lower_bound(in_order_.begin(), in_order_.end(), first),
          std::upper_bound(in_order_.begin(), in_order_.end(), last)};
}

bool RowsInMemory::ScanBucket(uint64_t prefix, const KeyRange& range, Order order,
                              Visit visit) const {
  const auto found = buckets_.find(prefix);
  if (found == buckets_.end()) return true;
  const Bucket& rows = found->second;
  const auto begin = rows.lower_bound(std::string_view(range.begin));
  const auto end = range.end.empty() ? rows.end() : rows.lower_bound(std::string_view(range.end));
  if (order == Order::kAscending) {
    for (auto row = begin; row != end; ++row) {
      if (!visit((*row)->key(), (*row)->value)) return false;
    }
    return true;
  }
  for (auto row = end; row != begin;) {
    --row;
    if (!visit((*row)->key(), (*row)->value)) return false;
  }
  return true;
}

void RowsInMemory::Scan(const KeyRange& range, Order order, Visit visit) const {
  if (!range.end.empty() && range.begin >= range.end) return;
  const uint64_t first = BucketOf(range.begin);
  const uint64_t last = range.end.empty() ? UINT64_MAX : BucketOf(range.end);
  // Nearly all ranges lie in an account: they end where the next bucket begins, or before.
  const std::array<uint64_t, 2> few = {first, last};
  const size_t count = first == last ? 1 : 2;
  const std::span<const uint64_t> prefixes = last - first <= 1
                                                 ? std::span<const uint64_t>(few.data(), count)
                                                 : BucketsInOrder(first, last);
  for (size_t i = 0; i < prefixes.size(); ++i) {
    const size_t next = order == Order::kAscending ? i : prefixes.size() - 1 - i;
    if (!ScanBucket(prefixes[next], range, order, visit)) return;
  }
}

void RowsInMemory::Put(std::string_view key, std::string_view value) {
  assert(!key.empty());
  Bucket& bucket = buckets_[BucketOf(key)];
  const auto next = bucket.lower_bound(key);
  if (next != bucket.end() && (*next)->key() == key) {
    (*next)->value.assign(value);
    return;
  }
  bucket.insert(next, NewRow(key, value));
  ++counts_[ViewOf(key)];
  ++size_;
}

void RowsInMemory::Delete(std::string_view key) {
  const auto bucket = buckets_.find(BucketOf(key));
  if (bucket == buckets_.end()) return;
  const auto row = bucket->second.find(key);
  if (row == bucket->second.end()) return;
  Row* const freed = *row;
  bucket->second.erase(row);
  Free(freed);
  --counts_[ViewOf(key)];
  --size_;
}

}  // namespace billing::replay
