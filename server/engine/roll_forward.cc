#include "server/engine/roll_forward.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "projections/keyvalue/bulk_overlay.h"

namespace billing::server {
namespace {

// About as many change for each of many records.
constexpr size_t kRowsPerRecord = 6;

}  // namespace

absl::Status RollForward::Step(uint64_t until) {
  const uint64_t left = until - follower_.position();
  auto records = log_.Read(follower_.position() + 1, std::min<uint64_t>(left, kRecordsPerStep));
  if (!records.ok()) return records.status();
  if (records->empty()) return absl::DataLossError("the log ends before its head");
  for (auto next = records->begin(); next != records->end();) {
    // Records of one account change the same rows again and again: they are found in the
    // overlay, and staged once.
    const auto staged = rows_.Staged();
    projections::BulkOverlay overlay(*staged, records->size() * kRowsPerRecord);
    bool due = false;
    for (; next != records->end() && !due; ++next) {
      if (absl::Status status = follower_.Take(*next, overlay); !status.ok()) return status;
      ++unpublished_;
      due = (unpublished_ >= kRecordsPerStep || follower_.position() == until) &&
            follower_.at_command_end();
    }
    overlay.VisitChanges([this](std::string_view key, std::optional<std::string_view> value) {
      rows_.Stage(key, value, follower_.position());
    });
    if (!due) continue;
    absl::Status published = rows_.Publish(follower_.position(), follower_.Mark());
    if (!published.ok()) return published;
    unpublished_ = 0;
  }
  return absl::OkStatus();
}

}  // namespace billing::server
