#include "server/engine/roll_forward.h"

#include <algorithm>

#include "server/engine/staging_rows.h"

namespace billing::server {

absl::Status RollForward::Step(uint64_t until) {
  const uint64_t left = until - follower_.position();
  auto records = log_.Read(follower_.position() + 1, std::min<uint64_t>(left, kRecordsPerStep));
  if (!records.ok()) return records.status();
  if (records->empty()) return absl::DataLossError("the log ends before its head");
  for (const auto& record : *records) {
    const auto staged = rows_.Staged();
    projections::Overlay overlay(*staged);
    if (absl::Status taken = follower_.Take(record, overlay); !taken.ok()) return taken;
    StageChanges(overlay, record.position, rows_);
    ++unpublished_;
    const bool due = unpublished_ >= kRecordsPerStep || follower_.position() == until;
    if (!due || !follower_.at_command_end()) continue;
    absl::Status published = rows_.Publish(follower_.position(), follower_.Mark());
    if (!published.ok()) return published;
    unpublished_ = 0;
  }
  return absl::OkStatus();
}

}  // namespace billing::server
