#include "projections/rows/snapshot.h"

#include <utility>

#include "projections/rows/settings.h"

namespace billing::projections {

Snapshot::Snapshot(std::shared_ptr<Database> database)
    : database_(std::move(database)), snapshot_(database_->db().GetSnapshot()) {}

Snapshot::~Snapshot() { database_->db().ReleaseSnapshot(snapshot_); }

rocksdb::ReadOptions Snapshot::ReadSettings() const {
  rocksdb::ReadOptions settings;
  settings.snapshot = snapshot_;
  settings.verify_checksums = true;
  return settings;
}

absl::StatusOr<std::optional<std::string>> Snapshot::Get(std::string_view key) const {
  if (auto kept = cache_.Find(key)) return kept;
  std::string value;
  const rocksdb::Status status = database_->db().Get(ReadSettings(), key, &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return ToStatus(status, "cannot read a row");
  cache_.Keep(key, value);
  return value;
}

DatabaseCursor::DatabaseCursor(const Snapshot& snapshot, KeyRange range, Order order)
    : range_(std::move(range)),
      order_(order),
      lower_bound_(range_.begin),
      upper_bound_(range_.end) {
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
}

void DatabaseCursor::Next() {
  switch (order_) {
    case Order::kAscending:
      return iterator_->Next();
    case Order::kDescending:
      return iterator_->Prev();
  }
}

absl::Status DatabaseCursor::status() const {
  return ToStatus(iterator_->status(), "cannot scan rows");
}

}  // namespace billing::projections
