// The log's open RocksDB database: its two families and the keys in them. FORMAT.md,
// "The log", describes them.
#ifndef BILLING_EVENTSTORE_ROCKSDB_LOG_DATABASE_H_
#define BILLING_EVENTSTORE_ROCKSDB_LOG_DATABASE_H_

#include <rocksdb/db.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/event_log.h"

namespace billing::eventstore {

inline constexpr std::string_view kLogFormat = "billingd log 1";

// Closes when destroyed.
class LogDatabase {
 public:
  // Makes a database that lacks a family or its meta keys whole: only for one marked
  // unfinished. `log_id` empty: a fresh one.
  static absl::StatusOr<std::unique_ptr<LogDatabase>> Create(const std::string& directory,
                                                             rocksdb::Env* env,
                                                             const std::string& log_id);
  // Errors as OpenRocksdbEventLog says.
  static absl::StatusOr<std::unique_ptr<LogDatabase>> Open(const std::string& directory,
                                                           rocksdb::Env* env);
  // As it is now, whoever has it open: nothing in the directory is made, locked or changed.
  static absl::StatusOr<std::unique_ptr<LogDatabase>> OpenForReading(const std::string& directory,
                                                                     rocksdb::Env* env);
  ~LogDatabase();

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* records() const { return families_[0]; }
  rocksdb::ColumnFamilyHandle* meta() const { return families_[1]; }

  const std::string& log_id() const { return log_id_; }
  // Position of the last record when it was opened.
  Position head() const { return head_; }

  // One atomic, synced write.
  rocksdb::Status Append(Position head, std::span<const std::string_view> records);
  // Moves what only the write-ahead log holds into files, so that whoever opens the log next has
  // nothing to replay. Everything is as durable before as after: a disk without space for it is
  // no failure.
  absl::Status MoveToFiles();
  absl::Status Close();

 private:
  LogDatabase() = default;
  rocksdb::Status OpenFiles(const rocksdb::DBOptions& options, const std::string& directory);
  rocksdb::Status OpenFilesReadOnly(const rocksdb::DBOptions& options,
                                    const std::string& directory);
  absl::Status WriteIdentity(const std::string& log_id);
  absl::Status LoadIdentity(const std::string& directory);
  absl::Status LoadHead(const std::string& directory);
  // NotFound when the key is absent.
  absl::StatusOr<std::string> ReadMeta(std::string_view key) const;
  // The last key of the records; 0 when there is none. DataLoss when it is no position, or the
  // first is none.
  absl::StatusOr<Position> LastPosition() const;
  static absl::Status Refusal(const rocksdb::Status& cause, const std::string& directory,
                              rocksdb::Env* env);
  static std::string DescribeReadable(const std::string& directory, rocksdb::Env* env);

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  std::string log_id_;
  Position head_ = 0;
};

// What a failed read of a record that must be there means.
absl::Status RecordLost(Position position, const rocksdb::Status& cause);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_ROCKSDB_LOG_DATABASE_H_
