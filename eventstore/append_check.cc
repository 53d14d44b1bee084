#include "eventstore/append_check.h"

#include "absl/strings/str_cat.h"

namespace billing::eventstore {

absl::Status CheckAppend(Position head, Position expected_head,
                         std::span<const std::string_view> records) {
  if (records.empty() || records.size() > EventLog::kAppendRecordsMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "an append takes 1 to ", EventLog::kAppendRecordsMax, " records, not ", records.size()));
  }
  size_t bytes = 0;
  for (std::string_view record : records) {
    if (record.empty() || record.size() > EventLog::kRecordBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat(
          "a record has 1 to ", EventLog::kRecordBytesMax, " bytes, not ", record.size()));
    }
    bytes += record.size();
  }
  if (bytes > EventLog::kAppendBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("an append has at most ", EventLog::kAppendBytesMax, " bytes, not ", bytes));
  }
  if (expected_head != head) {
    return absl::FailedPreconditionError(
        absl::StrCat("the log's head is ", head, ", not ", expected_head));
  }
  return absl::OkStatus();
}

absl::Status CheckAddCheckpoint(Position head, std::optional<uint64_t> newest, uint64_t size,
                                std::string_view note) {
  if (note.empty() || note.size() > EventLog::kCheckpointBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a checkpoint has 1 to ", EventLog::kCheckpointBytesMax, " bytes, not ", note.size()));
  }
  if (size > head) {
    return absl::InvalidArgumentError(
        absl::StrCat("the log's head is ", head, ": there is no tree of ", size));
  }
  if (newest && size < *newest) {
    return absl::FailedPreconditionError(
        absl::StrCat("the newest checkpoint is of ", *newest, " records, not ", size));
  }
  return absl::OkStatus();
}

bool TakesPlaceOf(uint64_t newest, uint64_t size) {
  return newest / EventLog::kCheckpointSpan == size / EventLog::kCheckpointSpan;
}

}  // namespace billing::eventstore
