#include "eventstore/memory/memory_event_log.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <shared_mutex>

#include "absl/strings/str_cat.h"
#include "eventstore/append_check.h"
#include "eventstore/integrity/merkle.h"

namespace billing::eventstore {
namespace {

// Another one for each log of the process, the same in every run.
std::string NextLogId() {
  static std::atomic<uint64_t> logs = 0;
  Hash hash = Sha256(absl::StrCat("memory log ", ++logs));
  return ToHex(AsBytes(hash).substr(0, 16));
}

class MemoryEventLog final : public EventLog {
 public:
  absl::Status Append(Position expected_head, std::span<const std::string_view> records) override {
    std::unique_lock lock(mutex_);
    absl::Status checked = CheckAppend(records_.size(), expected_head, records);
    if (!checked.ok()) return checked;
    records_.insert(records_.end(), records.begin(), records.end());
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<StoredRecord>> Read(Position from, size_t limit) const override {
    std::shared_lock lock(mutex_);
    std::vector<StoredRecord> found;
    Position position = std::max<Position>(from, 1);
    for (; position <= records_.size() && found.size() < limit; ++position) {
      found.push_back({position, records_[position - 1]});
    }
    return found;
  }

  absl::StatusOr<std::vector<StoredRecord>> ReadAt(
      std::span<const Position> positions) const override {
    std::shared_lock lock(mutex_);
    std::vector<StoredRecord> found;
    for (Position position : positions) {
      if (position == 0 || position > records_.size()) {
        return absl::NotFoundError(absl::StrCat("the log has no record ", position));
      }
      found.push_back({position, records_[position - 1]});
    }
    return found;
  }

  Position Head() const override {
    std::shared_lock lock(mutex_);
    return records_.size();
  }

  const std::string& LogId() const override { return log_id_; }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  const std::string log_id_ = NextLogId();
  mutable std::shared_mutex mutex_;
  std::vector<std::string> records_;
};

}  // namespace

std::unique_ptr<EventLog> NewMemoryEventLog() { return std::make_unique<MemoryEventLog>(); }

}  // namespace billing::eventstore
