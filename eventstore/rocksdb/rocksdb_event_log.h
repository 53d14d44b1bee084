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

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_ROCKSDB_ROCKSDB_EVENT_LOG_H_
