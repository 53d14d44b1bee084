#include "projections/follow/follower.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "billing/views/v1/rows.pb.h"
#include "projections/fold/fold.h"
#include "projections/follow/record_memory.h"

namespace billing::projections {
namespace {

absl::Status Malformed(uint64_t position, const std::string& what) {
  return absl::DataLossError(absl::StrCat("the record at position ", position, " ", what));
}

}  // namespace

absl::StatusOr<Follower> Follower::At(std::string_view mark) {
  views::v1::FoldMark message;
  if (!message.ParseFromArray(mark.data(), static_cast<int>(mark.size()))) {
    return absl::DataLossError("the views' mark cannot be read");
  }
  auto tree = GrowingTree::Parse(message.frontier(), message.tile());
  if (!tree || tree->size() != message.position()) {
    return absl::DataLossError("the views' mark does not hold the tree of its position");
  }
  Follower follower(message.log_id());
  follower.position_ = message.position();
  follower.tree_ = *std::move(tree);
  if (message.leaf_hash().size() == follower.leaf_.size()) {
    std::copy(message.leaf_hash().begin(), message.leaf_hash().end(), follower.leaf_.begin());
  } else if (message.position() > 0) {
    return absl::DataLossError("the views' mark does not hold the leaf hash of its position");
  }
  follower.key_slots_ = message.key_slots();
  follower.commit_time_us_ = message.commit_time_us();
  return follower;
}

Follower Follower::Imagined(uint64_t position) {
  Follower follower("");
  follower.position_ = position;
  return follower;
}

std::string Follower::Mark() const {
  assert(tree_.size() == position_);
  views::v1::FoldMark message;
  message.set_log_id(log_id_);
  message.set_fold_version(kFoldVersion);
  message.set_position(position());
  if (position() > 0) message.set_leaf_hash(std::string(eventstore::AsBytes(leaf_)));
  message.set_frontier(tree_.Frontier());
  message.set_tile(tree_.Tile());
  message.set_key_slots(key_slots_);
  message.set_commit_time_us(commit_time_us_);
  return message.SerializeAsString();
}

uint32_t Follower::FoldVersionOf(std::string_view mark) {
  views::v1::FoldMark message;
  if (!message.ParseFromArray(mark.data(), static_cast<int>(mark.size()))) return 0;
  return message.fold_version();
}

bool Follower::IsOfThisFold(std::string_view mark) { return FoldVersionOf(mark) == kFoldVersion; }

absl::Status Follower::Check(const storage::v1::Record& record) const {
  const uint64_t next = position() + 1;
  if (record.event().position() != next) {
    return Malformed(next, absl::StrCat("says it is at position ", record.event().position()));
  }
  if (record.event().data_case() == billing::v1::Event::DATA_NOT_SET) {
    return Malformed(next, "holds no fact that this program knows");
  }
  if (records_left_ == 0) {
    if (record.index() != 0 || !record.has_command() || record.command().record_count() == 0) {
      return Malformed(next, "does not begin a command, and the one before has ended");
    }
    if (record.command().commit_time_us() < commit_time_us_) {
      return Malformed(next, "was committed before the one before it");
    }
  } else if (record.index() != command_.command().record_count() - records_left_) {
    return Malformed(next, "is not the next record of its command");
  }
  if (record.key_slot() != 0 && record.key_slot() != key_slots_ + 1) {
    return Malformed(next, "takes a data-key slot that is not the next one");
  }
  return absl::OkStatus();
}

absl::Status Follower::Take(const eventstore::StoredRecord& stored, RowWriter& rows) {
  thread_local RecordMemory memory;
  memory.Clear();
  const storage::v1::Record* record = memory.Parse(stored.bytes);
  if (record == nullptr) return Malformed(stored.position, "cannot be read");
  if (absl::Status status = Check(*record); !status.ok()) return status;
  if (absl::Status status = Fold(*record, rows); !status.ok()) return status;
  Grow(eventstore::LeafHash(stored.bytes), rows);
  return rows.status();
}

absl::Status Follower::Fold(const storage::v1::Record& record, RowWriter& rows) {
  assert(record.event().position() == position() + 1);
  if (record.index() == 0) {
    assert(records_left_ == 0);
    records_left_ = record.command().record_count();
    // Most commands have one record, and its fact may be large: nothing of it is copied.
    if (records_left_ > 1) command_ = SharedOf(record);
    commit_time_us_ = record.command().commit_time_us();
  }
  assert(records_left_ > 0);
  --records_left_;
  ++position_;
  key_slots_ = std::max(key_slots_, record.key_slot());
  return Apply(record, record.index() == 0 ? record : command_, rows);
}

void Follower::GoBackTo(const Place& place) {
  assert(tree_.size() <= place.position);
  position_ = place.position;
  key_slots_ = place.key_slots;
  commit_time_us_ = place.commit_time_us;
  records_left_ = 0;
}

void Follower::Grow(const eventstore::Hash& leaf, RowWriter& rows) {
  assert(tree_.size() < position_);
  tree_.Append(leaf, rows);
  leaf_ = leaf;
}

}  // namespace billing::projections
