// Reads a log that a program has open.
#ifndef BILLING_TOOLS_REPLAY_LOG_SOURCE_H_
#define BILLING_TOOLS_REPLAY_LOG_SOURCE_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "eventstore/event_log.h"
#include "tools/replay/source.h"

namespace billing::replay {

class LogSource final : public Source {
 public:
  // Up to the log's head as it is now. The log outlives the source.
  explicit LogSource(const eventstore::EventLog& log) : log_(log), head_(log.Head()) {}

  const std::string& log_id() const override { return log_.LogId(); }
  std::variant<Item, Finding> Next() override;
  double Done() const override;

 private:
  // What it reads a number of at a time; nothing when there are any.
  std::optional<Finding> ReadRecords();
  std::optional<Finding> ReadCheckpoints();

  const eventstore::EventLog& log_;
  const uint64_t head_;
  uint64_t position_ = 0;
  std::vector<eventstore::StoredRecord> records_;
  size_t next_record_ = 0;
  // Fewer once there is one that cannot be read, so that it is named, and none before it.
  size_t records_per_read_ = 4'096;
  std::vector<eventstore::StoredCheckpoint> checkpoints_;
  size_t next_checkpoint_ = 0;
  // There are none of a larger tree than those in checkpoints_.
  bool has_all_checkpoints_ = false;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_LOG_SOURCE_H_
