// Records of the log, each with the first record of its command, which holds what is
// common to the command.
#ifndef BILLING_SERVER_READS_LOG_READER_H_
#define BILLING_SERVER_READS_LOG_READER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "billing/storage/v1/record.pb.h"
#include "eventstore/event_log.h"

namespace billing::server {

struct LoadedRecord {
  storage::v1::Record record;
  // Exactly as stored.
  std::string bytes;
  // The first record of its command: itself when its index is 0.
  std::shared_ptr<const storage::v1::Record> command;
};

// The records at these positions, in the order given.
// REQUIRES: none is beyond the head.
absl::StatusOr<std::vector<LoadedRecord>> LoadRecords(const eventstore::EventLog& log,
                                                      std::span<const uint64_t> positions);

// The first position in [1, head + 1] whose commit time is at least `time_us`: a binary
// search, since commit times never decrease along the log.
absl::StatusOr<uint64_t> FirstCommittedSince(const eventstore::EventLog& log, uint64_t head,
                                             int64_t time_us);

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_LOG_READER_H_
