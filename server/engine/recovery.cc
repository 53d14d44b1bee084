#include "server/engine/recovery.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/engine/roll_forward.h"

namespace billing::server {
namespace {

using eventstore::AnchorState;
using projections::Follower;

// While there is no space for the rows, at most this many records' rows are kept in memory
// only: what a killed process may have left behind, but not a whole log.
constexpr uint64_t kRecordsInMemoryMax = 400'000;

std::string Positions(uint64_t from, uint64_t to) {
  return from == to ? absl::StrCat("position ", from, " is missing")
                    : absl::StrCat("positions ", from, " to ", to, " are missing");
}

absl::Status CheckHead(const eventstore::EventLog& log, const std::optional<AnchorState>& anchor) {
  const uint64_t head = log.Head();
  if (!anchor) {
    if (head == 0) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("the anchor file is empty or missing, but the log ends at position ", head,
                     ": without the anchor nobody can say whether the log is whole"));
  }
  if (anchor->log_id != log.LogId()) {
    return absl::DataLossError(
        absl::StrCat("the anchor belongs to log ", anchor->log_id, " with ", anchor->size,
                     " records, but this is log ", log.LogId(), ": ",
                     anchor->size == 0 ? "it was replaced" : Positions(1, anchor->size)));
  }
  if (anchor->size > head) {
    return absl::DataLossError(absl::StrCat("the log ends at position ", head,
                                            ", but the anchor saw it reach ", anchor->size, ": ",
                                            Positions(head + 1, anchor->size)));
  }
  return absl::OkStatus();
}

absl::Status ReplacedAt(uint64_t position, const std::string& who) {
  return absl::DataLossError(absl::StrCat("the record at position ", position,
                                          " is not the one that the ", who,
                                          " saw there: the log was changed or replaced"));
}

absl::Status CheckLeafAt(const eventstore::EventLog& log, uint64_t position,
                         const eventstore::Hash& leaf, const std::string& who) {
  if (position == 0) return absl::OkStatus();
  auto records = log.Read(position, 1);
  if (!records.ok()) return records.status();
  if (records->empty() || eventstore::LeafHash(records->front().bytes) != leaf) {
    return ReplacedAt(position, who);
  }
  return absl::OkStatus();
}

absl::Status CheckRootAt(const AnchorState& anchor, const Follower& follower) {
  if (anchor.size == 0 || follower.position() != anchor.size) return absl::OkStatus();
  return follower.root() == anchor.root ? absl::OkStatus() : ReplacedAt(anchor.size, "anchor");
}

// Folds the log from the follower's position to the head.
absl::Status FoldToHead(const eventstore::EventLog& log, const AnchorState& anchor,
                        Follower& follower, projections::RowStore& rows,
                        const std::function<bool()>& stop_requested) {
  if (absl::Status same = CheckRootAt(anchor, follower); !same.ok()) return same;
  RollForward roll(log, follower, rows);
  while (follower.position() < log.Head()) {
    if (stop_requested && stop_requested()) {
      return absl::CancelledError(
          absl::StrCat("told to stop with rows at position ", follower.position()));
    }
    // What the anchor saw is compared before anything behind it is folded.
    const uint64_t until = follower.position() < anchor.size ? anchor.size : log.Head();
    if (absl::Status status = roll.Step(until); !status.ok()) return status;
    if (absl::Status same = CheckRootAt(anchor, follower); !same.ok()) return same;
    if (rows.short_of_space() && rows.records_behind() > kRecordsInMemoryMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the views are ", log.Head() - follower.position() + rows.records_behind(),
                       " records behind the log, and there is no disk space to write them"));
    }
  }
  if (!follower.at_command_end()) {
    return absl::DataLossError("the log ends inside a command");
  }
  return absl::OkStatus();
}

// The anchor's state, once the log was found to fit it.
absl::StatusOr<std::optional<AnchorState>> LoadFittingAnchor(const eventstore::EventLog& log,
                                                             const eventstore::Anchor& anchor) {
  auto anchored = anchor.Load();
  if (!anchored.ok()) return anchored.status();
  absl::Status status = CheckHead(log, *anchored);
  if (!status.ok()) return status;
  const AnchorState state = anchored->value_or(AnchorState{});
  status = CheckLeafAt(log, state.size, state.last_leaf, "anchor");
  if (!status.ok()) return status;
  return anchored;
}

// A log without records that no anchor knows is new, unless something else was made from
// its records: then both were lost. A first start that was interrupted leaves nothing of
// the kind.
absl::Status CheckNew(const eventstore::Vault& vault, std::string_view mark) {
  const std::string lost = "the log holds no record and the anchor says nothing, but ";
  if (vault.SlotCount() > 0) {
    return absl::DataLossError(absl::StrCat(lost, "the key file holds ", vault.SlotCount(),
                                            " data keys: the log's records are missing"));
  }
  if (!mark.empty()) {
    return absl::DataLossError(
        absl::StrCat(lost, "there are views: the log's records are missing"));
  }
  return absl::OkStatus();
}

// Keys that are gone must not be made anew under the same slots: what they sealed would
// look altered, and requests that they digested would look reused.
absl::Status CheckKeys(const Follower& follower, const eventstore::Vault& vault) {
  if (follower.key_slots() <= vault.SlotCount()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the log has taken ", follower.key_slots(), " data keys, but the key file holds ",
      vault.SlotCount(), ": keys ", vault.SlotCount() + 1, " to ", follower.key_slots(),
      " are missing; put the newest copy of the key folder back"));
}

}  // namespace

absl::Status CheckAnchor(const eventstore::EventLog& log, const eventstore::Anchor& anchor) {
  return LoadFittingAnchor(log, anchor).status();
}

absl::StatusOr<Follower> FollowerAt(const eventstore::EventLog& log, std::string_view mark) {
  if (mark.empty()) return Follower(log.LogId());
  auto follower = Follower::At(mark);
  if (!follower.ok()) {
    return absl::DataLossError(absl::StrCat(std::string(follower.status().message()),
                                            "; --rebuild-views builds the views again"));
  }
  if (follower->log_id() != log.LogId()) {
    return absl::DataLossError(absl::StrCat("the views were built from log ", follower->log_id(),
                                            ", but this is log ", log.LogId(),
                                            "; --rebuild-views builds them again"));
  }
  if (follower->position() > log.Head()) {
    return absl::DataLossError(absl::StrCat(
        "the log ends at position ", log.Head(), ", but the views reach ", follower->position(),
        ": ", Positions(log.Head() + 1, follower->position()), "; --rebuild-views gives them up"));
  }
  absl::Status same = CheckLeafAt(log, follower->position(), follower->leaf(), "views");
  if (!same.ok()) return same;
  return follower;
}

absl::Status CheckViews(const eventstore::EventLog& log, std::string_view mark) {
  return FollowerAt(log, mark).status();
}

absl::StatusOr<Follower> Recover(const eventstore::EventLog& log, const eventstore::Anchor& anchor,
                                 const eventstore::Vault& vault, projections::RowStore& rows,
                                 const std::function<bool()>& stop_requested) {
  const auto anchored = LoadFittingAnchor(log, anchor);
  if (!anchored.ok()) return anchored.status();
  const std::string mark = rows.stored_mark();
  auto follower = FollowerAt(log, mark);
  if (!follower.ok()) return follower.status();
  absl::Status status = *anchored ? absl::OkStatus() : CheckNew(vault, mark);
  if (!status.ok()) return status;
  if (follower->position() > 0) {
    // What the database holds is what readers see first.
    status = rows.Publish(follower->position(), follower->Mark());
    if (!status.ok()) return status;
  }
  status = FoldToHead(log, (*anchored).value_or(AnchorState{}), *follower, rows, stop_requested);
  if (!status.ok()) return status;
  status = CheckKeys(*follower, vault);
  if (!status.ok()) return status;
  return follower;
}

AnchorState AnchorStateOf(const Follower& follower, int64_t time_us) {
  AnchorState state;
  state.log_id = follower.log_id();
  state.size = follower.position();
  state.root = follower.root();
  if (state.size > 0) state.last_leaf = follower.leaf();
  state.time_us = time_us;
  return state;
}

}  // namespace billing::server
