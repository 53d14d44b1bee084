// One state of the views database.
#ifndef BILLING_PROJECTIONS_ROWS_SNAPSHOT_H_
#define BILLING_PROJECTIONS_ROWS_SNAPSHOT_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/keyvalue/key_value.h"
#include "projections/rows/cursor.h"
#include "projections/rows/database.h"
#include "projections/rows/row_cache.h"
#include "rocksdb/iterator.h"
#include "rocksdb/options.h"
#include "rocksdb/snapshot.h"

namespace billing::projections {

// Thread-safe. Keeps the database open.
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<Database> database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const;

 private:
  friend class DatabaseCursor;
  rocksdb::ReadOptions ReadSettings() const;

  const std::shared_ptr<Database> database_;
  const rocksdb::Snapshot* const snapshot_;
  mutable RowCache cache_;
};

// The rows of a snapshot. The snapshot outlives it. REQUIRES: the range is not empty.
class DatabaseCursor final : public Cursor {
 public:
  DatabaseCursor(const Snapshot& snapshot, KeyRange range, Order order);

  bool Valid() const override { return iterator_->Valid(); }
  std::string_view Key() const override { return iterator_->key().ToStringView(); }
  Change Row() const override { return Change{iterator_->value().ToStringView()}; }
  void Next() override;
  absl::Status status() const override;

 private:
  const KeyRange range_;
  const Order order_;
  // RocksDB keeps pointers to the bounds.
  const rocksdb::Slice lower_bound_;
  const rocksdb::Slice upper_bound_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_SNAPSHOT_H_
