// The signed checkpoints in the log's database, in the family `meta`. FORMAT.md, "The log",
// describes the keys.
#ifndef BILLING_EVENTSTORE_ROCKSDB_CHECKPOINT_TABLE_H_
#define BILLING_EVENTSTORE_ROCKSDB_CHECKPOINT_TABLE_H_

#include <rocksdb/db.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/event_log.h"

namespace billing::eventstore {

// The database outlives it. Thread-safe, but for Add, which one thread calls at a time.
class CheckpointTable {
 public:
  CheckpointTable(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& meta) : db_(db), meta_(meta) {}

  // Writes one and takes another away, when `replaced` says so: one atomic write without a
  // sync.
  rocksdb::Status Add(uint64_t size, std::string_view note, std::optional<uint64_t> replaced);
  // As EventLog has them.
  absl::StatusOr<std::vector<StoredCheckpoint>> Read(uint64_t from_size, size_t limit) const;
  absl::StatusOr<std::optional<StoredCheckpoint>> Newest() const;

 private:
  rocksdb::DB& db_;
  rocksdb::ColumnFamilyHandle& meta_;
};

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_ROCKSDB_CHECKPOINT_TABLE_H_
