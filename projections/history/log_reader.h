// Records of the log, decoded, each with its command's first record.
#ifndef BILLING_PROJECTIONS_HISTORY_LOG_READER_H_
#define BILLING_PROJECTIONS_HISTORY_LOG_READER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "billing/storage/v1/record.pb.h"
#include "eventstore/event_log.h"

namespace billing::projections {

struct LoadedRecord {
  // Never null where it is given to somebody; nor is `command`.
  std::shared_ptr<const storage::v1::Record> record;
  // Exactly as stored.
  std::string bytes;
  // The first record of its command: `record` itself when its index is 0.
  std::shared_ptr<const storage::v1::Record> command;
};

// The records at these positions, in the order given. DataLoss when one cannot be read.
// REQUIRES: none is beyond the head.
absl::StatusOr<std::vector<LoadedRecord>> LoadRecords(const eventstore::EventLog& log,
                                                      std::span<const uint64_t> positions);

// Records that follow one another in the log, decoded only when they are asked for: of many,
// whoever looks for those of some accounts pays for the others little more than their bytes.
// Not thread-safe.
class RecordRange {
 public:
  // `count` records from position `first` on, at least one. DataLoss when one cannot be read, or
  // does not say whose it is. `log` outlives the range.
  // REQUIRES: none is beyond the head.
  static absl::StatusOr<RecordRange> Read(const eventstore::EventLog& log, uint64_t first,
                                          size_t count);

  size_t size() const { return records_.size(); }
  uint64_t PositionOf(size_t i) const { return first_ + i; }
  // The account of its stream, without decoding it.
  uint64_t AccountOf(size_t i) const { return accounts_[i]; }
  // Decoded now, unless it was before; valid as long as the range stays where it is. DataLoss
  // when it, or its command's first record, cannot be read.
  absl::StatusOr<const LoadedRecord*> Load(size_t i);

 private:
  RecordRange(const eventstore::EventLog& log, uint64_t first) : log_(&log), first_(first) {}
  absl::Status Decode(size_t i);
  absl::StatusOr<std::shared_ptr<const storage::v1::Record>> CommandAt(uint64_t position);

  const eventstore::EventLog* log_;
  uint64_t first_;
  // Those without a record are not decoded yet, those without a command not asked for.
  std::vector<LoadedRecord> records_;
  std::vector<uint64_t> accounts_;
};

// The first position in [1, head + 1] whose commit time is at least `time_us`: a binary
// search, since commit times never decrease along the log.
absl::StatusOr<uint64_t> FirstCommittedSince(const eventstore::EventLog& log, uint64_t head,
                                             int64_t time_us);

// When the record's command was committed. REQUIRES: not beyond the head.
absl::StatusOr<int64_t> CommitTimeAt(const eventstore::EventLog& log, uint64_t position);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_HISTORY_LOG_READER_H_
