#include "server/engine/rebuild.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/recovery.h"

namespace billing::server {
namespace {

using projections::Follower;

// The writer waits while as many records, or those of what it was at, are folded.
constexpr uint64_t kRecordsAtBorder = 256;
// Folding is faster than recording: after a few rounds there is next to nothing left.
constexpr int kLastRoundsMax = 8;
// How long readers may hold what was live before is looked at this often.
constexpr std::chrono::milliseconds kOldPoll{100};

}  // namespace

Rebuild::Rebuild(const EngineParts& parts, BatchBorder& border, Surroundings surroundings,
                 RebuildListener listener)
    : parts_(parts),
      border_(border),
      surroundings_(std::move(surroundings)),
      listener_(std::move(listener)) {}

Rebuild::~Rebuild() { Stop(); }

void Rebuild::Run() {
  if (parts_.rows.HasNext()) {
    status_.running = true;
    status_.start_us = parts_.clock.WallUs();
  }
  thread_ = std::thread([this] { Loop(); });
}

absl::Status Rebuild::Begin() {
  {
    const std::lock_guard lock(mutex_);
    if (status_.running) return absl::FailedPreconditionError("a rebuild is under way");
    status_ = {.running = true, .start_us = parts_.clock.WallUs()};
  }
  changed_.notify_all();
  return absl::OkStatus();
}

void Rebuild::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  // It may be waiting for rows to be written.
  parts_.rows.GiveUpNext();
  thread_.join();
}

RebuildStatus Rebuild::GetStatus() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Rebuild::Loop() {
  while (AwaitWork()) BuildOnce();
}

bool Rebuild::AwaitWork() {
  std::unique_lock lock(mutex_);
  while (!stopping_ && (old_is_left_ || !status_.running)) {
    if (!old_is_left_) {
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    const absl::StatusOr<bool> removed = parts_.rows.RemoveOld();
    old_is_left_ = removed.ok() && !*removed;
    if (!removed.ok() && listener_.left) listener_.left(removed.status());
    lock.lock();
    if (old_is_left_) changed_.wait_for(lock, kOldPoll, [this] { return stopping_; });
  }
  return !stopping_;
}

void Rebuild::BuildOnce() {
  const int64_t began_us = parts_.clock.SteadyUs();
  absl::Status status = Build();
  next_ = nullptr;
  if (status.ok()) {
    old_is_left_ = true;
  } else if (absl::IsCancelled(status)) {
    // The next start goes on with it.
    return parts_.rows.LeaveNext();
  } else {
    const absl::Status dropped = parts_.rows.DropNext();
    if (!dropped.ok() && listener_.left) listener_.left(dropped);
  }
  RebuildEnd end{.status = status, .us = parts_.clock.SteadyUs() - began_us};
  {
    const std::lock_guard lock(mutex_);
    status_.running = false;
    status_.error = status.ok() ? "" : std::string(status.message());
    end.records = status_.position;
  }
  if (listener_.ended) listener_.ended(end);
}

absl::Status Rebuild::Build() {
  absl::Status status = CheckSpace();
  if (!status.ok()) return status;
  auto opened = OpenNext();
  if (!opened.ok()) return opened.status();
  Follower follower = *std::move(opened);
  status = Note(follower.position());
  if (!status.ok()) return status;
  if (listener_.began) listener_.began(follower.position());

  RollForward roll(parts_.log, follower, *next_);
  while (status.ok() && parts_.log.Head() - follower.position() > surroundings_.gap_max) {
    status = FoldToHead(follower, roll, /*politely=*/true);
  }
  // So that a start after the switch has little to fold.
  if (status.ok()) status = next_->Flush();
  for (int round = 0; round < kLastRoundsMax && status.ok() &&
                      parts_.log.Head() - follower.position() > kRecordsAtBorder;
       ++round) {
    status = FoldToHead(follower, roll, /*politely=*/false);
  }
  if (!status.ok()) return status;
  return border_.Between([&] { return FoldRestAndSwitch(follower, roll); });
}

absl::StatusOr<Follower> Rebuild::OpenNext() {
  auto next = parts_.rows.OpenNext();
  if (!next.ok()) return next.status();
  next_ = *next;
  const std::string mark = next_->stored_mark();
  if (mark.empty()) return Follower(parts_.log.LogId());
  auto follower = FollowerAt(parts_.log, mark);
  if (follower.ok() && Follower::IsOfThisFold(mark)) return follower;
  absl::Status dropped = parts_.rows.DropNext();
  if (!dropped.ok()) return dropped;
  next = parts_.rows.OpenNext();
  if (!next.ok()) return next.status();
  next_ = *next;
  return Follower(parts_.log.LogId());
}

absl::Status Rebuild::FoldToHead(Follower& follower, RollForward& roll, bool politely) {
  const uint64_t head = parts_.log.Head();
  while (follower.position() < head) {
    const int64_t began_us = parts_.clock.SteadyUs();
    if (absl::Status status = roll.Step(head); !status.ok()) return status;
    if (absl::Status status = Note(follower.position()); !status.ok()) return status;
    if (absl::Status status = CheckSpace(); !status.ok()) return status;
    if (politely) MakeWay(parts_.clock.SteadyUs() - began_us);
  }
  return absl::OkStatus();
}

absl::Status Rebuild::FoldRestAndSwitch(Follower& follower, RollForward& roll) {
  const uint64_t head = parts_.log.Head();
  while (follower.position() < head) {
    if (absl::Status status = roll.Step(head); !status.ok()) return status;
  }
  if (absl::Status status = Note(follower.position()); !status.ok()) return status;
  const absl::StatusOr<std::string> writers_mark = surroundings_.writers_mark();
  if (!writers_mark.ok() || parts_.rows.Current()->position() != head) {
    return absl::UnavailableError("the writer has failed");
  }
  // The marks hold the trees' roots: the new rows were folded from the very bytes that the
  // writer recorded.
  if (follower.Mark() != *writers_mark) {
    return absl::DataLossError(
        absl::StrCat("the log as read again up to position ", head, " is not what was recorded"));
  }
  return parts_.rows.SwitchToNext();
}

absl::Status Rebuild::CheckSpace() const {
  const absl::StatusOr<bool> has_space = surroundings_.has_space();
  if (!has_space.ok()) return has_space.status();
  if (*has_space && (next_ == nullptr || !next_->short_of_space())) return absl::OkStatus();
  return absl::ResourceExhaustedError("there is no disk space for a second set of rows");
}

void Rebuild::MakeWay(int64_t step_us) {
  const uint64_t commands = surroundings_.commands();
  const bool wanted = std::exchange(commands_seen_, commands) != commands;
  if (!wanted) return;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::microseconds(step_us), [this] { return stopping_; });
}

absl::Status Rebuild::Note(uint64_t position) {
  const std::lock_guard lock(mutex_);
  status_.position = position;
  if (stopping_) return absl::CancelledError("told to stop");
  return absl::OkStatus();
}

}  // namespace billing::server
