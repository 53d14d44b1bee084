#include "eventstore/rocksdb/rocksdb_event_log.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/append_check.h"
#include "eventstore/big_endian.h"
#include "eventstore/rocksdb/checkpoint_table.h"
#include "eventstore/rocksdb/log_database.h"
#include "eventstore/rocksdb/log_directory.h"

namespace billing::eventstore {
namespace {

// A scan of more records than this reads ahead, and leaves the cache to others.
constexpr uint64_t kShortReadRecords = 256;
// About what a record takes in a file: what is read ahead beyond the scan's end is read in vain.
constexpr size_t kRecordFileBytes = 256;
constexpr size_t kReadaheadBytesMax = size_t{2} << 20;
// Keys of one MultiGet.
constexpr size_t kMultiGetKeys = 128;

class RocksdbEventLog final : public EventLog {
 public:
  enum class Use { kReadAndAppend, kRead };
  RocksdbEventLog(std::unique_ptr<LogDatabase> database, Use use)
      : database_(std::move(database)),
        use_(use),
        checkpoints_(database_->db(), *database_->meta()),
        head_(database_->head()) {}

  absl::Status Append(Position expected_head, std::span<const std::string_view> records) override;
  absl::StatusOr<std::vector<StoredRecord>> Read(Position from, size_t limit) const override;
  absl::StatusOr<std::vector<StoredRecord>> ReadAt(
      std::span<const Position> positions) const override;
  absl::Status AddCheckpoint(uint64_t size, std::string_view note) override;
  absl::StatusOr<std::vector<StoredCheckpoint>> ReadCheckpoints(uint64_t from_size,
                                                                size_t limit) const override {
    return checkpoints_.Read(from_size, limit);
  }
  absl::StatusOr<std::optional<StoredCheckpoint>> NewestCheckpoint() const override {
    return checkpoints_.Newest();
  }
  Position Head() const override { return head_.load(std::memory_order_acquire); }
  const std::string& LogId() const override { return database_->log_id(); }
  absl::Status Close() override;

 private:
  const std::unique_ptr<LogDatabase> database_;
  const Use use_;
  CheckpointTable checkpoints_;
  std::mutex adding_checkpoint_;
  // Published after the sync: RocksDB shows a record to readers before its Append
  // returns, and after a failed one.
  std::atomic<Position> head_;
  std::atomic<bool> failed_ = false;
};

constexpr char kForReadingOnly[] = "the log is open for reading only; nothing was written";
constexpr char kFailedBefore[] =
    "the log takes no more writes: an earlier one failed; nothing was written";

absl::Status RocksdbEventLog::Append(Position expected_head,
                                     std::span<const std::string_view> records) {
  if (use_ == Use::kRead) {
    return absl::FailedPreconditionError(kForReadingOnly);
  }
  if (failed_) {
    return absl::FailedPreconditionError(kFailedBefore);
  }
  const Position head = Head();
  absl::Status checked = CheckAppend(head, expected_head, records);
  if (!checked.ok()) return checked;
  rocksdb::Status written = database_->Append(head, records);
  if (!written.ok()) {
    failed_ = true;
    return absl::UnknownError(
        absl::StrCat("writing ", records.size(), " records after position ", head,
                     " failed, they may or may not be there: ", written.ToString()));
  }
  head_.store(head + records.size(), std::memory_order_release);
  return absl::OkStatus();
}

absl::Status RocksdbEventLog::AddCheckpoint(uint64_t size, std::string_view note) {
  if (use_ == Use::kRead) return absl::FailedPreconditionError(kForReadingOnly);
  const std::lock_guard lock(adding_checkpoint_);
  if (failed_) return absl::FailedPreconditionError(kFailedBefore);
  const auto newest = checkpoints_.Newest();
  if (!newest.ok()) return newest.status();
  std::optional<uint64_t> replaced;
  if (*newest) replaced = (*newest)->size;
  absl::Status checked = CheckAddCheckpoint(Head(), replaced, size, note);
  if (!checked.ok()) return checked;
  if (replaced && !TakesPlaceOf(*replaced, size)) replaced.reset();
  rocksdb::Status written = checkpoints_.Add(size, note, replaced);
  if (written.ok()) return absl::OkStatus();
  failed_ = true;
  return absl::UnknownError(
      absl::StrCat("writing a checkpoint of ", size, " records failed: ", written.ToString()));
}

absl::Status RocksdbEventLog::Close() {
  absl::Status moved;
  if (use_ == Use::kReadAndAppend && !failed_) moved = database_->MoveToFiles();
  absl::Status closed = database_->Close();
  return moved.ok() ? closed : moved;
}

absl::StatusOr<std::vector<StoredRecord>> RocksdbEventLog::Read(Position from, size_t limit) const {
  const Position head = Head();
  from = std::max<Position>(from, 1);
  std::vector<StoredRecord> found;
  if (from > head || limit == 0) return found;
  const uint64_t count = std::min<uint64_t>(head - from + 1, limit);
  found.reserve(count);

  const std::string end = Be64(from + count);
  const rocksdb::Slice upper_bound(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper_bound;
  if (count > kShortReadRecords) {
    options.readahead_size = std::min<size_t>(count * kRecordFileBytes, kReadaheadBytesMax);
    options.fill_cache = false;
  }
  std::unique_ptr<rocksdb::Iterator> iterator(
      database_->db().NewIterator(options, database_->records()));
  iterator->Seek(Be64(from));
  for (Position position = from; position < from + count; ++position, iterator->Next()) {
    if (!iterator->status().ok()) return RecordLost(position, iterator->status());
    if (!iterator->Valid() || iterator->key() != Be64(position)) {
      return RecordLost(position, rocksdb::Status::NotFound("it is missing"));
    }
    found.push_back({position, iterator->value().ToString()});
  }
  return found;
}

absl::StatusOr<std::vector<StoredRecord>> RocksdbEventLog::ReadAt(
    std::span<const Position> positions) const {
  const Position head = Head();
  for (Position position : positions) {
    if (position == 0 || position > head) {
      return absl::NotFoundError(absl::StrCat("the log has no record ", position));
    }
  }
  std::vector<StoredRecord> found;
  found.reserve(positions.size());
  std::array<std::string, kMultiGetKeys> bytes;
  std::array<rocksdb::Slice, kMultiGetKeys> keys;
  std::array<rocksdb::PinnableSlice, kMultiGetKeys> values;
  std::array<rocksdb::Status, kMultiGetKeys> statuses;
  while (!positions.empty()) {
    const size_t count = std::min(positions.size(), kMultiGetKeys);
    for (size_t i = 0; i < count; ++i) {
      bytes[i] = Be64(positions[i]);
      keys[i] = bytes[i];
      values[i].Reset();
    }
    database_->db().MultiGet(rocksdb::ReadOptions(), database_->records(), count, keys.data(),
                             values.data(), statuses.data());
    for (size_t i = 0; i < count; ++i) {
      if (!statuses[i].ok()) return RecordLost(positions[i], statuses[i]);
      found.push_back({positions[i], values[i].ToString()});
    }
    positions = positions.subspan(count);
  }
  return found;
}

absl::StatusOr<std::unique_ptr<LogDatabase>> MakeLog(const RocksdbEventLogOptions& options,
                                                     bool marked) {
  if (!options.create_if_missing) {
    return absl::NotFoundError(absl::StrCat("there is no log in ", options.directory));
  }
  if (!marked) {
    absl::Status mark = MarkLogUnfinished(options.directory);
    if (!mark.ok()) return mark;
  }
  auto database = LogDatabase::Create(options.directory, options.env, options.log_id);
  if (!database.ok()) return database;
  absl::Status mark = MarkLogFinished(options.directory);
  if (!mark.ok()) return mark;
  return database;
}

absl::Status CurrentLost(const std::string& directory) {
  return absl::DataLossError(absl::StrCat("the log in ", directory,
                                          " is damaged: its file CURRENT is missing; how far it "
                                          "can be read is not known"));
}

absl::StatusOr<std::unique_ptr<LogDatabase>> OpenOrMakeLog(const RocksdbEventLogOptions& options) {
  absl::StatusOr<LogDirectoryContent> content = InspectLogDirectory(options.directory);
  if (!content.ok()) return content.status();
  switch (*content) {
    case LogDirectoryContent::kNothing:
      return MakeLog(options, /*marked=*/false);
    case LogDirectoryContent::kUnfinished:
      return MakeLog(options, /*marked=*/true);
    case LogDirectoryContent::kDatabase:
      return LogDatabase::Open(options.directory, options.env);
    case LogDirectoryContent::kNoCurrent:
      return CurrentLost(options.directory);
    case LogDirectoryContent::kForeign:
      break;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(options.directory, " holds other files and no billingd log"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventLog>> OpenRocksdbEventLog(
    const RocksdbEventLogOptions& options) {
  absl::StatusOr<std::unique_ptr<LogDatabase>> database = OpenOrMakeLog(options);
  if (!database.ok()) return database.status();
  return std::make_unique<RocksdbEventLog>(*std::move(database),
                                           RocksdbEventLog::Use::kReadAndAppend);
}

absl::StatusOr<std::unique_ptr<EventLog>> OpenRocksdbEventLogForReading(
    const std::string& directory, rocksdb::Env* env) {
  const auto content = InspectLogDirectory(directory);
  if (!content.ok()) return content.status();
  switch (*content) {
    case LogDirectoryContent::kNothing:
    case LogDirectoryContent::kUnfinished:
      return absl::NotFoundError(absl::StrCat("there is no log in ", directory));
    case LogDirectoryContent::kNoCurrent:
      return CurrentLost(directory);
    case LogDirectoryContent::kForeign:
      return absl::FailedPreconditionError(
          absl::StrCat(directory, " holds other files and no billingd log"));
    case LogDirectoryContent::kDatabase:
      break;
  }
  auto database = LogDatabase::OpenForReading(directory, env);
  if (!database.ok()) return database.status();
  return std::make_unique<RocksdbEventLog>(*std::move(database), RocksdbEventLog::Use::kRead);
}

}  // namespace billing::eventstore
