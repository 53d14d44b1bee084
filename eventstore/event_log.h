// The contract of a log: it remembers bytes in order and knows no business.
//
// One log has one writer. Positions start at 1 and have no gaps. What Append has
// acknowledged is durable; what it has not may or may not be there after a failure, but
// never half of one Append.
#ifndef BILLING_EVENTSTORE_EVENT_LOG_H_
#define BILLING_EVENTSTORE_EVENT_LOG_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace billing::eventstore {

// From 1; 0 means "before the first record".
using Position = uint64_t;

struct StoredRecord {
  Position position = 0;
  // The exact bytes that are hashed.
  std::string bytes;
};

struct StoredCheckpoint {
  // Of the tree that it is about: so many records.
  uint64_t size = 0;
  // Text, for the log without meaning (eventstore/integrity/checkpoint.h).
  std::string note;
  friend bool operator==(const StoredCheckpoint&, const StoredCheckpoint&) = default;
};

class EventLog {
 public:
  // Bounds of one record and one Append.
  static constexpr size_t kRecordBytesMax = size_t{1} << 20;
  static constexpr size_t kAppendRecordsMax = 65'536;
  static constexpr size_t kAppendBytesMax = size_t{256} << 20;
  static constexpr size_t kCheckpointBytesMax = size_t{64} << 10;
  static constexpr uint64_t kCheckpointSpan = 1'024;

  virtual ~EventLog() = default;

  // Appends the records after `expected_head`, all or none, durably: when it returns
  // OK they survive a loss of power. The new head is expected_head + records.size().
  //   FailedPrecondition  the head is not `expected_head`, or an earlier Append was
  //                       Unknown; nothing was written
  //   InvalidArgument     no records, too many, too large in all, or one empty or too
  //                       large; nothing was written
  //   Unknown             a write or sync failed: the records may or may not be there.
  //                       The log accepts no more appends; reads go on.
  // Called by one thread at a time.
  virtual absl::Status Append(Position expected_head,
                              std::span<const std::string_view> records) = 0;

  // Up to `limit` records from `from` on, in order; fewer only at the head. Position 0
  // counts as 1. DataLoss when a record that must be there cannot be read. Thread-safe.
  virtual absl::StatusOr<std::vector<StoredRecord>> Read(Position from, size_t limit) const = 0;

  // The records at these positions, in the order given. NotFound for 0 and beyond the
  // head, DataLoss when one cannot be read. Thread-safe.
  virtual absl::StatusOr<std::vector<StoredRecord>> ReadAt(
      std::span<const Position> positions) const = 0;

  // Position of the last durable record; 0 when there is none. Thread-safe.
  virtual Position Head() const = 0;

  // 32 lower-case hexadecimal digits, made with the log and never changed: names the
  // log in checkpoints, views and keys. Thread-safe.
  virtual const std::string& LogId() const = 0;

  // Keeps a signed note about the tree of the first `size` records. It takes the place of
  // one about the same size, and of the newest one when no multiple of kCheckpointSpan lies
  // between the two: of each span the last checkpoint stays, and the newest of all. It may
  // be lost with the power until the next Append.
  //   InvalidArgument     an empty or too large note, or a size beyond the head
  //   FailedPrecondition  smaller than the newest one's, or an earlier write was Unknown
  //   Unknown             the write failed; the log accepts no more writes
  // Thread-safe; while Append runs, too.
  virtual absl::Status AddCheckpoint(uint64_t size, std::string_view note) = 0;

  // Up to `limit` checkpoints of trees of at least `from_size` records, in the order of
  // their sizes. DataLoss when they cannot be read. Thread-safe.
  virtual absl::StatusOr<std::vector<StoredCheckpoint>> ReadCheckpoints(uint64_t from_size,
                                                                        size_t limit) const = 0;

  // The one of the largest tree; nothing when there is none. DataLoss when it cannot be
  // read. Thread-safe.
  virtual absl::StatusOr<std::optional<StoredCheckpoint>> NewestCheckpoint() const = 0;

  // Ends the use of the log. No call after it.
  virtual absl::Status Close() = 0;
};

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_EVENT_LOG_H_
