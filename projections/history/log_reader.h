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
  // Never null.
  std::shared_ptr<const storage::v1::Record> record;
  // Exactly as stored.
  std::string bytes;
  // The first record of its command: `record` itself when its index is 0. Never null.
  std::shared_ptr<const storage::v1::Record> command;
};

// The records at these positions, in the order given. DataLoss when one cannot be read.
// REQUIRES: none is beyond the head.
absl::StatusOr<std::vector<LoadedRecord>> LoadRecords(const eventstore::EventLog& log,
                                                      std::span<const uint64_t> positions);

// The first position in [1, head + 1] whose commit time is at least `time_us`: a binary
// search, since commit times never decrease along the log.
absl::StatusOr<uint64_t> FirstCommittedSince(const eventstore::EventLog& log, uint64_t head,
                                             int64_t time_us);

// When the record's command was committed. REQUIRES: not beyond the head.
absl::StatusOr<int64_t> CommitTimeAt(const eventstore::EventLog& log, uint64_t position);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_HISTORY_LOG_READER_H_
