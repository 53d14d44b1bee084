// One state of the views database.
#ifndef BILLING_PROJECTIONS_ROWS_SNAPSHOT_H_
#define BILLING_PROJECTIONS_ROWS_SNAPSHOT_H_

#include <memory>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/keyvalue/key_value.h"
#include "projections/rows/cursor.h"
#include "projections/rows/database.h"
#include "projections/rows/packed_rows.h"
#include "projections/rows/row_cache.h"
#include "rocksdb/iterator.h"
#include "rocksdb/options.h"
#include "rocksdb/snapshot.h"

namespace billing::projections {

// Thread-safe. Keeps the database open. What it gave before it keeps in memory: rows, and all
// rows of short ranges that were walked to their end, however few or none these are. That is
// never more than 35 + 33 MiB, and with rows as they are about 8 + 4.
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<Database> database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  // Of all that follow: what `use` is given lives until it returns.

  // Whether the row is there; then `use` is called with its value.
  absl::StatusOr<bool> Look(std::string_view key,
                            absl::FunctionRef<void(std::string_view value)> use) const;
  // The same of a row that lies in memory; false says only that it does not.
  bool LookInMemory(std::string_view key,
                    absl::FunctionRef<void(std::string_view value)> use) const {
    return rows_.Look(key, use);
  }
  // Calls `use` with the range's rows, packed and ascending, when all of them lie in memory.
  bool LookAtRange(const KeyRange& range,
                   absl::FunctionRef<void(std::string_view packed)> use) const;

 private:
  friend class DatabaseCursor;
  rocksdb::ReadOptions ReadSettings() const;
  void KeepRange(const KeyRange& range, std::string_view packed) const;

  const std::shared_ptr<Database> database_;
  const rocksdb::Snapshot* const snapshot_;
  mutable RowCache rows_;
  mutable RowCache ranges_;
};

// The rows of a snapshot, which keeps them if it comes to their end and they are few. Snapshot
// and range outlive it. REQUIRES: the range is not empty.
class DatabaseCursor final : public Cursor {
 public:
  DatabaseCursor(const Snapshot& snapshot, const KeyRange& range, Order order);
  DatabaseCursor(const Snapshot& snapshot, KeyRange&& range, Order order) = delete;

  bool Valid() const override { return iterator_->Valid(); }
  std::string_view Key() const override { return iterator_->key().ToStringView(); }
  Change Row() const override { return Change{iterator_->value().ToStringView()}; }
  void Next() override;
  absl::Status status() const override;

 private:
  // The row that the walk has come to, or its end.
  void Pack();

  const Snapshot& snapshot_;
  const KeyRange& range_;
  const Order order_;
  // RocksDB keeps pointers to the bounds.
  const rocksdb::Slice lower_bound_;
  const rocksdb::Slice upper_bound_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  PackedRows packed_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_SNAPSHOT_H_
