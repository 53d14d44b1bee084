#include "projections/rows/snapshot.h"

#include <cstdint>
#include <string>
#include <utility>

#include "projections/rows/settings.h"

namespace billing::projections {
namespace {

constexpr RowCache::Bounds kRows{.places = 32'768, .bytes_max = 1'024};
constexpr RowCache::Bounds kRanges{.places = 8'192, .bytes_max = RowCache::kBytesMax};

// Both bounds, told apart by the size of the first.
std::string KeyOf(const KeyRange& range) {
  const auto size = static_cast<uint32_t>(range.begin.size());
  std::string key;
  key.reserve(sizeof(size) + range.begin.size() + range.end.size());
  key.append(reinterpret_cast<const char*>(&size), sizeof(size));
  return key.append(range.begin).append(range.end);
}

}  // namespace

Snapshot::Snapshot(std::shared_ptr<Database> database)
    : database_(std::move(database)),
      snapshot_(database_->db().GetSnapshot()),
      rows_(kRows),
      ranges_(kRanges) {}

Snapshot::~Snapshot() { database_->db().ReleaseSnapshot(snapshot_); }

rocksdb::ReadOptions Snapshot::ReadSettings() const {
  rocksdb::ReadOptions settings;
  settings.snapshot = snapshot_;
  settings.verify_checksums = true;
  return settings;
}

absl::StatusOr<bool> Snapshot::Look(std::string_view key,
                                    absl::FunctionRef<void(std::string_view)> use) const {
  if (rows_.Look(key, use)) return true;
  rocksdb::DB& db = database_->db();
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db.Get(ReadSettings(), db.DefaultColumnFamily(), key, &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return ToStatus(status, "cannot read a row");
  rows_.Keep(key, value.ToStringView());
  use(value.ToStringView());
  return true;
}

bool Snapshot::LookAtRange(const KeyRange& range,
                           absl::FunctionRef<void(std::string_view)> use) const {
  return ranges_.Look(KeyOf(range), use);
}

void Snapshot::KeepRange(const KeyRange& range, std::string_view packed) const {
  ranges_.Keep(KeyOf(range), packed);
}

DatabaseCursor::DatabaseCursor(const Snapshot& snapshot, const KeyRange& range, Order order)
    : snapshot_(snapshot),
      range_(range),
      order_(order),
      lower_bound_(range_.begin),
      upper_bound_(range_.end),
      packed_(RowCache::kBytesMax) {
  rocksdb::ReadOptions settings = snapshot.ReadSettings();
  settings.iterate_lower_bound = &lower_bound_;
  if (!range_.end.empty()) settings.iterate_upper_bound = &upper_bound_;
  iterator_.reset(snapshot.database_->db().NewIterator(settings));
  switch (order_) {
    case Order::kAscending:
      iterator_->SeekToFirst();
      break;
    case Order::kDescending:
      iterator_->SeekToLast();
      break;
  }
  Pack();
}

void DatabaseCursor::Next() {
  switch (order_) {
    case Order::kAscending:
      iterator_->Next();
      break;
    case Order::kDescending:
      iterator_->Prev();
      break;
  }
  Pack();
}

void DatabaseCursor::Pack() {
  // The other way round they would be kept in the wrong order; nobody asks so again and again.
  if (order_ == Order::kDescending) return;
  if (iterator_->Valid()) return packed_.Add(Key(), iterator_->value().ToStringView());
  if (packed_.bytes() && iterator_->status().ok()) snapshot_.KeepRange(range_, *packed_.bytes());
}

absl::Status DatabaseCursor::status() const {
  return ToStatus(iterator_->status(), "cannot scan rows");
}

}  // namespace billing::projections
