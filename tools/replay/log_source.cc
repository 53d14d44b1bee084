#include "tools/replay/log_source.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace billing::replay {
namespace {

constexpr size_t kCheckpointsPerRead = 1'024;

}  // namespace

std::optional<Finding> LogSource::ReadRecords() {
  if (next_record_ < records_.size()) return std::nullopt;
  auto read = log_.Read(position_ + 1, records_per_read_);
  if (!read.ok() && records_per_read_ > 1) {
    records_per_read_ = 1;
    read = log_.Read(position_ + 1, records_per_read_);
  }
  if (!read.ok()) {
    const Kind kind = absl::IsDataLoss(read.status()) ? Kind::kFormat : Kind::kUnreadable;
    return At(kind, position_ + 1, std::string(read.status().message()));
  }
  records_ = *std::move(read);
  next_record_ = 0;
  return std::nullopt;
}

std::optional<Finding> LogSource::ReadCheckpoints() {
  if (next_checkpoint_ < checkpoints_.size() || has_all_checkpoints_) return std::nullopt;
  const uint64_t from = checkpoints_.empty() ? 0 : checkpoints_.back().size + 1;
  auto read = log_.ReadCheckpoints(from, kCheckpointsPerRead);
  if (!read.ok()) return Unreadable(std::string(read.status().message()));
  checkpoints_ = *std::move(read);
  next_checkpoint_ = 0;
  has_all_checkpoints_ = checkpoints_.size() < kCheckpointsPerRead;
  return std::nullopt;
}

std::variant<Item, Finding> LogSource::Next() {
  if (auto wrong = ReadCheckpoints()) return *std::move(wrong);
  const bool has_checkpoint = next_checkpoint_ < checkpoints_.size();
  if (has_checkpoint && checkpoints_[next_checkpoint_].size == position_) {
    const eventstore::StoredCheckpoint& checkpoint = checkpoints_[next_checkpoint_++];
    return Item{Item::Kind::kCheckpoint, checkpoint.size, checkpoint.note};
  }
  if (position_ == head_) {
    if (!has_checkpoint) return Item{Item::Kind::kEnd, head_, {}};
    const uint64_t size = checkpoints_[next_checkpoint_].size;
    return Finding{Kind::kTree, head_ + 1, size,
                   absl::StrCat("they are missing: the log ends at position ", head_,
                                ", and a checkpoint in it saw it reach ", size)};
  }
  if (auto wrong = ReadRecords()) return *std::move(wrong);
  const eventstore::StoredRecord& record = records_[next_record_++];
  ++position_;
  return Item{Item::Kind::kRecord, record.position, record.bytes,
              eventstore::LeafHash(record.bytes)};
}

double LogSource::Done() const {
  return head_ == 0 ? 1.0 : static_cast<double>(position_) / static_cast<double>(head_);
}

}  // namespace billing::replay
