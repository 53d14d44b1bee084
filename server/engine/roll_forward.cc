#include "server/engine/roll_forward.h"

#include <algorithm>

#include "server/engine/staging_rows.h"

namespace billing::server {
namespace {

// Fewer: each finds less that was changed before. More: its map is searched longer.
constexpr size_t kRecordsPerOverlay = 256;

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
    projections::Overlay overlay(*staged);
    bool due = false;
    for (size_t taken = 0; next != records->end() && taken < kRecordsPerOverlay && !due;
         ++taken, ++next) {
      if (absl::Status status = follower_.Take(*next, overlay); !status.ok()) return status;
      ++unpublished_;
      due = (unpublished_ >= kRecordsPerStep || follower_.position() == until) &&
            follower_.at_command_end();
    }
    StageChanges(overlay, follower_.position(), rows_);
    if (!due) continue;
    absl::Status published = rows_.Publish(follower_.position(), follower_.Mark());
    if (!published.ok()) return published;
    unpublished_ = 0;
  }
  return absl::OkStatus();
}

}  // namespace billing::server
