// What eventstore/FORMAT.md promises a reader about the records themselves, whoever wrote
// them: their places in the log, in their commands and in their accounts.
#ifndef BILLING_TOOLS_REPLAY_WELL_FORMED_H_
#define BILLING_TOOLS_REPLAY_WELL_FORMED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/follow/record_memory.h"
#include "tools/replay/finding.h"

namespace billing::replay {

class WellFormed {
 public:
  // The next record. REQUIRES: nothing was wrong before.
  std::optional<Finding> Take(uint64_t position, std::string_view bytes);
  // After the last record.
  std::optional<Finding> Finish() const;

  // The record taken last; it lives until the next command's first one is taken.
  const storage::v1::Record& record() const { return *record_; }
  // It is the last one of its command.
  bool command_is_whole() const { return records_left_ == 0; }

 private:
  std::optional<std::string> CheckPlace(uint64_t position) const;
  std::optional<std::string> CheckStream();

  projections::RecordMemory memory_;
  const storage::v1::Record* record_ = nullptr;
  uint64_t position_ = 0;
  uint32_t record_count_ = 0;
  uint32_t records_left_ = 0;
  int64_t commit_time_us_ = 0;
  uint64_t key_slots_ = 0;
  // Of every account, its last revision.
  absl::flat_hash_map<uint64_t, uint64_t> revisions_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_WELL_FORMED_H_
