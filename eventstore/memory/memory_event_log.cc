#include "eventstore/memory/memory_event_log.h"

#include <algorithm>
#include <atomic>
#include <map>
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

  absl::Status AddCheckpoint(uint64_t size, std::string_view note) override {
    std::unique_lock lock(mutex_);
    std::optional<uint64_t> newest;
    if (!checkpoints_.empty()) newest = checkpoints_.rbegin()->first;
    absl::Status checked = CheckAddCheckpoint(records_.size(), newest, size, note);
    if (!checked.ok()) return checked;
    if (newest && TakesPlaceOf(*newest, size)) checkpoints_.erase(*newest);
    checkpoints_[size] = note;
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<StoredCheckpoint>> ReadCheckpoints(uint64_t from_size,
                                                                size_t limit) const override {
    std::shared_lock lock(mutex_);
    std::vector<StoredCheckpoint> found;
    for (auto at = checkpoints_.lower_bound(from_size);
         at != checkpoints_.end() && found.size() < limit; ++at) {
      found.push_back({.size = at->first, .note = at->second});
    }
    return found;
  }

  absl::StatusOr<std::optional<StoredCheckpoint>> NewestCheckpoint() const override {
    std::shared_lock lock(mutex_);
    if (checkpoints_.empty()) return std::nullopt;
    const auto& [size, note] = *checkpoints_.rbegin();
    return StoredCheckpoint{.size = size, .note = note};
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
  std::map<uint64_t, std::string> checkpoints_;
};

}  // namespace

std::unique_ptr<EventLog> NewMemoryEventLog() { return std::make_unique<MemoryEventLog>(); }

}  // namespace billing::eventstore
