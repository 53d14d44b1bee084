// The log in a RocksDB database of its own. FORMAT.md describes the bytes.
#ifndef BILLING_EVENTSTORE_ROCKSDB_ROCKSDB_EVENT_LOG_H_
#define BILLING_EVENTSTORE_ROCKSDB_ROCKSDB_EVENT_LOG_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/event_log.h"

namespace rocksdb {
class Env;
}

namespace billing::eventstore {

struct RocksdbEventLogOptions {
  // The database's directory; made when missing and `create_if_missing`.
  std::string directory;
  bool create_if_missing = true;
  // Of a log that is made: 32 lower-case hexadecimal digits; empty: a fresh one.
  std::string log_id = {};
  // Through which the database's files are read and written; null: the machine's. Tests
  // put faults there. Outlives the log.
  rocksdb::Env* env = nullptr;
};

// Opens the log. It is never repaired here: a write-ahead log that is damaged
// anywhere but in an unfinished tail is refused.
//   FailedPrecondition  it is open already, here or in another process, or it is not a
//                       billingd log: files of others are not touched
//   DataLoss            damaged; the message says the last position that can be read
//   NotFound            there is none and `create_if_missing` is false
//   Internal            the file system failed
absl::StatusOr<std::unique_ptr<EventLog>> OpenRocksdbEventLog(
    const RocksdbEventLogOptions& options);

// Opens the log to read it as it is now, also while another process has it open and writes:
// what is appended later is not seen, and nothing in the directory is made, locked or
// changed. Append answers FailedPrecondition. Errors as above, and NotFound when there is
// no log. `env` null: the machine's.
absl::StatusOr<std::unique_ptr<EventLog>> OpenRocksdbEventLogForReading(
    const std::string& directory, rocksdb::Env* env = nullptr);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_ROCKSDB_ROCKSDB_EVENT_LOG_H_
