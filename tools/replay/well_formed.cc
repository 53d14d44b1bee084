#include "tools/replay/well_formed.h"

#include "absl/strings/str_cat.h"
#include "billing/v1/event.pb.h"

namespace billing::replay {
namespace {

// The last microsecond of the year 9999, the last that a protobuf Timestamp can tell.
constexpr int64_t kCommitTimeUsMax = 253'402'300'799'999'999;

}  // namespace

std::optional<Finding> WellFormed::Take(uint64_t position, std::string_view bytes) {
  if (records_left_ == 0) memory_.Clear();
  record_ = memory_.Parse(bytes);
  if (record_ == nullptr) return At(Kind::kFormat, position, "the record cannot be read");
  std::optional<std::string> wrong = CheckPlace(position);
  if (!wrong) wrong = CheckStream();
  if (wrong) return At(Kind::kFormat, position, *std::move(wrong));
  position_ = position;
  if (record_->index() == 0) {
    record_count_ = record_->command().record_count();
    records_left_ = record_count_;
    commit_time_us_ = record_->command().commit_time_us();
  }
  --records_left_;
  if (record_->key_slot() != 0) key_slots_ = record_->key_slot();
  return std::nullopt;
}

std::optional<std::string> WellFormed::CheckPlace(uint64_t position) const {
  if (record_->event().position() != position) {
    return absl::StrCat("the record says it is at position ", record_->event().position());
  }
  if (record_->event().data_case() == billing::v1::Event::DATA_NOT_SET) {
    return "the record holds no fact that this program knows";
  }
  if (records_left_ == 0) {
    if (record_->index() != 0 || !record_->has_command() ||
        record_->command().record_count() == 0) {
      return "the record does not begin a command, and the one before has ended";
    }
    if (record_->command().commit_time_us() > kCommitTimeUsMax) {
      return "the record was committed after the year 9999";
    }
    if (record_->command().commit_time_us() < commit_time_us_) {
      return "the record was committed before the one before it";
    }
  } else if (record_->index() != record_count_ - records_left_ || record_->has_command()) {
    return "the record is not the next one of its command";
  }
  if (record_->key_slot() != 0 && record_->key_slot() != key_slots_ + 1) {
    return "the record takes a data-key slot that is not the next one";
  }
  return std::nullopt;
}

std::optional<std::string> WellFormed::CheckStream() {
  const billing::v1::Event& event = record_->event();
  const bool opens = record_->account() == event.position();
  if (opens != event.has_billing_account_created()) {
    return "the record is not in the stream of an account";
  }
  const auto stream = opens ? revisions_.try_emplace(record_->account(), 0).first
                            : revisions_.find(record_->account());
  if (stream == revisions_.end()) return "the record is not in the stream of an account";
  if (event.stream_revision() != stream->second + 1) {
    return absl::StrCat("the record has revision ", event.stream_revision(),
                        " in its stream, where ", stream->second + 1, " comes next");
  }
  ++stream->second;
  return std::nullopt;
}

std::optional<Finding> WellFormed::Finish() const {
  if (records_left_ == 0) return std::nullopt;
  return At(Kind::kFormat, position_ + 1, "the log ends inside a command");
}

}  // namespace billing::replay
