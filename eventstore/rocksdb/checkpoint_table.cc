#include "eventstore/rocksdb/checkpoint_table.h"

#include <rocksdb/write_batch.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "eventstore/big_endian.h"
#include "eventstore/rocksdb/log_options.h"

namespace billing::eventstore {
namespace {

constexpr std::string_view kPrefix = "checkpoint/";
// What follows all keys with the prefix.
constexpr std::string_view kEnd = "checkpoint0";

rocksdb::Slice AsSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

std::string KeyOf(uint64_t size) { return std::string(kPrefix) + Be64(size); }

absl::Status Lost(const std::string& why) {
  return absl::DataLossError(absl::StrCat("the log's checkpoints cannot be read: ", why));
}

// All checkpoints, in the order of their sizes.
class Cursor {
 public:
  Cursor(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& meta)
      : begin_(AsSlice(kPrefix)), end_(AsSlice(kEnd)) {
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &begin_;
    options.iterate_upper_bound = &end_;
    iterator_.reset(db.NewIterator(options, &meta));
  }

  rocksdb::Iterator* operator->() { return iterator_.get(); }

  // The one it is at; nothing at the end.
  absl::StatusOr<std::optional<StoredCheckpoint>> Get() const {
    if (!iterator_->status().ok()) return Lost(iterator_->status().ToString());
    if (!iterator_->Valid()) return std::nullopt;
    std::string_view size = iterator_->key().ToStringView().substr(kPrefix.size());
    if (size.size() != sizeof(uint64_t)) return Lost("a key has no size");
    return StoredCheckpoint{.size = FromBe64(size), .note = iterator_->value().ToString()};
  }

 private:
  const rocksdb::Slice begin_;
  const rocksdb::Slice end_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace

rocksdb::Status CheckpointTable::Add(uint64_t size, std::string_view note,
                                     std::optional<uint64_t> replaced) {
  rocksdb::WriteBatch batch(/*reserved_bytes=*/0, /*max_bytes=*/0, kProtectionBytesPerKey,
                            /*default_cf_ts_sz=*/0);
  rocksdb::Status status;
  if (replaced) status = batch.Delete(&meta_, KeyOf(*replaced));
  if (status.ok()) status = batch.Put(&meta_, KeyOf(size), AsSlice(note));
  if (!status.ok()) return status;
  rocksdb::WriteOptions options = SyncedWrite();
  options.sync = false;
  return db_.Write(options, &batch);
}

absl::StatusOr<std::vector<StoredCheckpoint>> CheckpointTable::Read(uint64_t from_size,
                                                                    size_t limit) const {
  std::vector<StoredCheckpoint> found;
  Cursor cursor(db_, meta_);
  for (cursor->Seek(KeyOf(from_size)); found.size() < limit; cursor->Next()) {
    auto checkpoint = cursor.Get();
    if (!checkpoint.ok()) return checkpoint.status();
    if (!*checkpoint) break;
    found.push_back(**std::move(checkpoint));
  }
  return found;
}

absl::StatusOr<std::optional<StoredCheckpoint>> CheckpointTable::Newest() const {
  Cursor cursor(db_, meta_);
  cursor->SeekToLast();
  return cursor.Get();
}

}  // namespace billing::eventstore
