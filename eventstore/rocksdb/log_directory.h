// What is in the directory that a log is to be opened in, found out without touching
// it, and the mark of a log whose making was not finished.
#ifndef BILLING_EVENTSTORE_ROCKSDB_LOG_DIRECTORY_H_
#define BILLING_EVENTSTORE_ROCKSDB_LOG_DIRECTORY_H_

#include <rocksdb/env.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace billing::eventstore {

enum class LogDirectoryContent {
  kNothing,     // no directory, or an empty one
  kUnfinished,  // a log was being made here and never held a record
  kDatabase,    // a RocksDB database
  kNoCurrent,   // one that lost its file CURRENT
  kForeign,     // other files
};
absl::StatusOr<LogDirectoryContent> InspectLogDirectory(const std::string& directory);

// Makes the directory, when it is missing, and the mark in it, durably. The mark stays
// until the new log is whole, so that a crash in between leaves a directory that is
// known to be ours.
absl::Status MarkLogUnfinished(const std::string& directory);
absl::Status MarkLogFinished(const std::string& directory);

// Whether a database in the directory is open, in this process or another. False when that
// cannot be found out: opening it then fails with the cause.
bool IsLogInUse(rocksdb::Env& env, const std::string& directory);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_ROCKSDB_LOG_DIRECTORY_H_
