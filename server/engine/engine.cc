#include "server/engine/engine.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "aggregates/judge/judge.h"
#include "eventstore/file/disk_space.h"
#include "projections/state/state_reader.h"
#include "server/engine/batch_border.h"
#include "server/engine/command_queue.h"
#include "server/engine/disk_reads.h"
#include "server/engine/judging.h"
#include "server/engine/rebuild.h"
#include "server/engine/recorder.h"
#include "server/engine/recovery.h"
#include "server/engine/rehearsal.h"
#include "server/engine/repeats.h"
#include "server/engine/time_keeper.h"
#include "server/engine/waiters.h"
#include "server/engine/writer.h"

namespace billing::server {
namespace {

// How often a checkpoint is signed, the anchor synced and the disk looked at.
constexpr int64_t kUpkeepUs = kernel::kMicrosecondsPerSecond;

absl::StatusOr<bool> BelowFloor(const EngineOptions& options) {
  const auto free = eventstore::FreeBytes(options.data_directory);
  if (!free.ok()) return free.status();
  return *free < options.free_bytes_min;
}

// Well above the floor: a rebuild shall not be what stops the commands.
absl::StatusOr<bool> HasSpaceToRebuild(const EngineOptions& options) {
  const auto free = eventstore::FreeBytes(options.data_directory);
  if (!free.ok()) return free.status();
  return *free / 2 >= options.free_bytes_min;
}

class RunningEngine final : public Engine {
 public:
  RunningEngine(const EngineOptions& options, const EngineParts& parts,
                projections::Follower follower)
      : options_(options),
        parts_(parts),
        start_us_(parts.clock.WallUs()),
        clock_behind_us_(std::max<int64_t>(0, follower.commit_time_us() - parts.clock.WallUs())),
        time_(parts.clock, follower.commit_time_us()),
        head_(follower.position()),
        checkpoints_(parts.log, parts.signing_keys, follower.position(), follower.root()),
        queue_(options.queue_max),
        repeats_(options.queue_max),
        disk_blocks_read_(options.disk_blocks_read ? options.disk_blocks_read : DiskBlocksRead),
        writer_(
            options_, parts_, time_, std::move(follower),
            {.begins =
                 [this] {
                   if (absl::Status space = CheckSpace(); !space.ok()) Fail(space);
                 },
             .durable = [this](uint64_t size,
                               const eventstore::Hash& root) { checkpoints_.Durable(size, root); },
             .visible = [this] { checkpoints_.Published(); },
             .published = [this](uint64_t position) { Published(position); },
             .repeated = [this](Repeat repeat) { AnswerLater(std::move(repeat)); },
             .append_ended = [this] { queue_.Nudge(); }}),
        rebuild_(parts_, border_,
                 {.writers_mark = [this] { return writer_.Mark(); },
                  .commands = [this] { return writer_.commands(); },
                  .has_space = [this] { return HasSpaceToRebuild(options_); },
                  .gap_max = options.rebuild_gap_max},
                 options.rebuild_listener),
        rehearsal_({.threads = options.rehearsal_threads,
                    .rehearse = [this](const Submission& submission) { Rehearse(submission); },
                    .pass = [this](SubmissionPtr submission) { Queue(std::move(submission)); },
                    .disk_blocks_read = disk_blocks_read_},
                   parts.clock) {
    waiters_.Published(head_);
  }

  ~RunningEngine() override {
    if (!stopped_) static_cast<void>(Stop());  // its status has nobody left to see it
  }

  void Run() {
    writer_thread_ = std::thread([this] { WriterLoop(); });
    repeats_thread_ = std::thread([this] { RepeatsLoop(); });
    upkeep_thread_ = std::thread([this] { UpkeepLoop(); });
    rebuild_.Run();
  }

  // Looks at the disk, once before the threads run, then once a second and before every
  // batch: the disk may be shared, and the log must not be the one who finds it full. One look at
  // a time, or an older one could have the last word.
  absl::Status CheckSpace() {
    const std::lock_guard lock(space_mutex_);
    const auto full = BelowFloor(options_);
    if (!full.ok()) return full.status();
    if (storage_full_.exchange(*full) != *full && options_.space_changed) {
      options_.space_changed(*full);
    }
    writer_.SetStorageFull(*full);
    parts_.rows.HoldBack(*full);
    return absl::OkStatus();
  }

  // Not into the last of the space, which only records may have.
  absl::Status KeepCheckpoint() { return storage_full_ ? absl::OkStatus() : checkpoints_.Keep(); }

  absl::Status Upkeep() {
    if (absl::Status space = CheckSpace(); !space.ok()) return space;
    if (absl::Status rows = parts_.rows.background_status(); !rows.ok()) return rows;
    if (absl::Status kept = KeepCheckpoint(); !kept.ok()) return kept;
    return parts_.anchor.Sync();
  }

  void Submit(Submission submission) override {
    auto waiting = std::make_unique<Submission>(std::move(submission));
    if (!rehearsal_.IsOn()) return Queue(std::move(waiting));
    const bool has_room =
        waiting->room_reserved || rehearsal_.waiting() + queue_.size() < options_.queue_max;
    if (!has_room) return waiting->done(NotDone{NotDone::Kind::kOverloaded, ""});
    if (!rehearsal_.Take(waiting)) AnswerClosed(*waiting);
  }

  Outcome Validate(const request::Request& request, const kernel::Caller& caller) const override;

  std::optional<kernel::Instant> Tick() override { return time_.StampUnheld(); }

  std::shared_ptr<const projections::Version> Current() const override {
    return parts_.rows.Current();
  }

  bool Await(uint64_t position, int64_t deadline_us, std::function<void(bool)> reached) override {
    const Waiters::Added added = waiters_.Add(position, deadline_us, std::move(reached));
    if (added != Waiters::Added::kEarliest) return added != Waiters::Added::kFull;
    {
      std::lock_guard lock(upkeep_mutex_);
      // Who waits long and is settled soon, again and again, need not wake it each time.
      const bool wakes_in_time =
          parts_.clock.SteadyUs() < upkeep_wakes_us_ && upkeep_wakes_us_ <= deadline_us;
      if (wakes_in_time) return true;
      deadlines_changed_ = true;
    }
    wake_upkeep_.notify_one();
    return true;
  }

  void EndWaits() override { waiters_.Close(); }

  const eventstore::EventLog& log() const override { return parts_.log; }
  Checkpoints& checkpoints() override { return checkpoints_; }
  const eventstore::Vault& vault() const override { return parts_.vault; }
  const Clock& clock() const override { return parts_.clock; }
  kernel::Instant Now() const override { return time_.Now(); }

  Status GetStatus() const override {
    return {.head = head_.load(),
            .records_behind = parts_.rows.records_behind(),
            .queued = rehearsal_.waiting() + queue_.size() + repeats_.size(),
            .batches = writer_.batches(),
            .commands = writer_.commands(),
            .rehearsed = rehearsal_.rehearsed(),
            .failed = failed_.load(),
            .storage_full = writer_.storage_full(),
            .clock_suspect = time_.Suspect(),
            .start_us = start_us_,
            .rebuild = rebuild_.GetStatus(),
            .clock_behind_us = clock_behind_us_};
  }

  absl::Status RebuildViews() override { return rebuild_.Begin(); }

  void OnFailure(std::function<void(absl::Status)> failed) override {
    std::lock_guard lock(failure_mutex_);
    on_failure_ = std::move(failed);
    if (!failure_.ok()) on_failure_(failure_);
  }

  absl::Status Stop() override;

 private:
  // For the writer.
  void Queue(SubmissionPtr submission);
  void AnswerClosed(const Submission& submission) const;
  // Reads the rows that the writer will read.
  void Rehearse(const Submission& submission) const;
  void WriterLoop();
  void RepeatsLoop();
  void UpkeepLoop();
  void AnswerLater(Repeat repeat);
  void Fail(const absl::Status& status);

  void Published(uint64_t position) {
    head_.store(position);
    waiters_.Published(position);
  }

  const EngineOptions options_;
  const EngineParts parts_;
  const int64_t start_us_;
  const int64_t clock_behind_us_;
  TimeKeeper time_;
  std::atomic<uint64_t> head_;
  std::mutex space_mutex_;
  // Changed with the lock held.
  std::atomic<bool> storage_full_ = false;
  Checkpoints checkpoints_;
  CommandQueue<SubmissionPtr> queue_;
  CommandQueue<Repeat> repeats_;
  const std::function<uint64_t()> disk_blocks_read_;
  Waiters waiters_;
  Writer writer_;
  BatchBorder border_;
  Rebuild rebuild_;
  Rehearsal rehearsal_;

  std::mutex failure_mutex_;
  absl::Status failure_;
  std::function<void(absl::Status)> on_failure_;
  std::atomic<bool> failed_ = false;

  std::mutex upkeep_mutex_;
  std::condition_variable wake_upkeep_;
  bool upkeep_ends_ = false;
  // There is a deadline that the upkeep thread has not seen, before it wakes by itself.
  bool deadlines_changed_ = false;
  // When it wakes by itself (Clock::SteadyUs); while it is looking, nobody can rely on that.
  int64_t upkeep_wakes_us_ = INT64_MAX;
  bool stopped_ = false;

  std::thread writer_thread_;
  std::thread repeats_thread_;
  std::thread upkeep_thread_;
};

void RunningEngine::Queue(SubmissionPtr submission) {
  switch (queue_.Push(submission, submission->room_reserved)) {
    case CommandQueue<SubmissionPtr>::Pushed::kYes:
      return;
    case CommandQueue<SubmissionPtr>::Pushed::kFull:
      return submission->done(NotDone{NotDone::Kind::kOverloaded, ""});
    case CommandQueue<SubmissionPtr>::Pushed::kClosed:
      return AnswerClosed(*submission);
  }
}

void RunningEngine::AnswerClosed(const Submission& submission) const {
  // It may repeat what has happened, or what is still being appended: the rows that would tell are
  // the writer's.
  const bool may_repeat = failed_ && !submission.request.request_id.empty();
  submission.done(NotDone{may_repeat ? NotDone::Kind::kUnknown : NotDone::Kind::kStopping, ""});
}

void RunningEngine::Rehearse(const Submission& submission) const {
  const request::Request& request = submission.request;
  if (!request.request_id.empty()) {
    const auto version = Current();
    const projections::StateReader states(*version);
    const bool is_repeat =
        states.PositionOfRequest(request.request_id, submission.caller.request_scope()).has_value();
    if (is_repeat) return;
  }
  // What comes of it by the state of now tells nothing.
  static_cast<void>(Validate(request, submission.caller));
}

void RunningEngine::WriterLoop() {
  uint64_t disk_blocks = disk_blocks_read_();
  for (bool in_batch = false;;) {
    std::vector<SubmissionPtr> submissions =
        queue_.TakeOr(options_.batch_commands_max, [this] { return writer_.AppendHasEnded(); });
    const size_t taken = submissions.size();
    const bool is_end = submissions.empty() && !writer_.AppendHasEnded();  // closed and drained
    if (is_end && !in_batch) return;
    if (!in_batch) border_.BeginBatch();
    absl::Status status = writer_.Handle(std::move(submissions));
    const uint64_t blocks_before = std::exchange(disk_blocks, disk_blocks_read_());
    // Who is alone gains nothing by it.
    const bool others_wait = taken > 1 || !queue_.empty();
    const bool is_worth_it =
        taken > 0 && disk_blocks - blocks_before >= Rehearsal::kBlocksPerCommand * taken;
    if (others_wait && is_worth_it) rehearsal_.Begin();
    if (status.ok() && queue_.empty()) status = writer_.Settle();
    if (status.ok() && (is_end || border_.IsWanted())) status = writer_.Drain();
    in_batch = !writer_.is_drained();
    if (!in_batch) border_.EndBatch();
    if (status.ok() && is_end) return;
    if (status.ok()) continue;
    Fail(status);
    // Storage failed: nothing is tried again. Whoever still waits is told so.
    queue_.Close();
    for (submissions = queue_.Take(options_.batch_commands_max); !submissions.empty();
         submissions = queue_.Take(options_.batch_commands_max)) {
      for (const SubmissionPtr& submission : submissions) {
        submission->done(writer_.AfterFailure(*submission));
      }
    }
    return;
  }
}

void RunningEngine::AnswerLater(Repeat repeat) {
  const auto pushed = repeats_.Push(repeat, repeat.submission->room_reserved);
  if (pushed == CommandQueue<Repeat>::Pushed::kYes) return;
  // What it repeats has happened: that it has not may not be said.
  repeat.submission->done(NotDone{pushed == CommandQueue<Repeat>::Pushed::kFull
                                      ? NotDone::Kind::kOverloaded
                                      : NotDone::Kind::kUnknown,
                                  ""});
}

void RunningEngine::RepeatsLoop() {
  for (;;) {
    std::vector<Repeat> repeats = repeats_.Take(1);
    if (repeats.empty()) return;
    Repeat& repeat = repeats.front();
    const auto version = Current();
    const projections::StateReader states(*version);
    Submission& submission = *repeat.submission;
    submission.done(FirstAnswer(parts_.log, parts_.vault, states, submission.request,
                                submission.caller, repeat.position));
  }
}

void RunningEngine::UpkeepLoop() {
  int64_t next_upkeep_us = parts_.clock.SteadyUs() + kUpkeepUs;
  std::unique_lock lock(upkeep_mutex_);
  while (!upkeep_ends_) {
    const int64_t now_us = parts_.clock.SteadyUs();
    deadlines_changed_ = false;
    upkeep_wakes_us_ = INT64_MAX;
    lock.unlock();
    waiters_.Expire(now_us);
    if (now_us >= next_upkeep_us) {
      next_upkeep_us = now_us + kUpkeepUs;
      if (absl::Status status = Upkeep(); !status.ok()) Fail(status);
    }
    const int64_t wake_us = std::min(next_upkeep_us, waiters_.NextDeadline().value_or(INT64_MAX));
    lock.lock();
    upkeep_wakes_us_ = wake_us;
    wake_upkeep_.wait_for(
        lock,
        std::chrono::microseconds(std::max<int64_t>(1'000, wake_us - parts_.clock.SteadyUs())),
        [this] { return upkeep_ends_ || deadlines_changed_; });
  }
}

void RunningEngine::Fail(const absl::Status& status) {
  // First: whoever finds the queue closed is to know why.
  failed_.store(true);
  queue_.Close();
  std::lock_guard lock(failure_mutex_);
  if (!failure_.ok()) return;
  failure_ = status;
  if (on_failure_) on_failure_(failure_);
}

Outcome RunningEngine::Validate(const request::Request& request,
                                const kernel::Caller& caller) const {
  if (time_.Suspect()) return NotDone{NotDone::Kind::kClockSuspect, ""};
  const auto version = Current();
  const kernel::Context context{
      .caller = caller, .now = time_.Now(), .reason_given = !request.personal.reason.empty()};
  const projections::StateReader states(*version);
  kernel::Decision decision = judge::Judge(request.command, context, states);
  if (!states.status().ok()) {
    return NotDone{NotDone::Kind::kReadFailed, states.status().ToString()};
  }
  if (const auto* refusal = std::get_if<kernel::Refusal>(&decision)) {
    return Unrecorded(request, *refusal, states, version->position());
  }
  // Only the answer is wanted: a follower of an imagined log that ends here.
  projections::Overlay overlay(*version);
  projections::Follower follower = projections::Follower::Imagined(version->position());
  auto recorded =
      Recorder(nullptr).Record({request, context, ""}, std::move(decision), follower, overlay);
  if (!recorded.ok()) return NotDone{NotDone::Kind::kReadFailed, recorded.status().ToString()};
  ShowPersonal(request, *recorded->answer);
  Accepted accepted{std::move(recorded->account_id),
                    std::move(recorded->answer),
                    {.position = version->position()}};
  accepted.sight = SightFor(caller, accepted, states);
  return accepted;
}

absl::Status RunningEngine::Stop() {
  if (stopped_) return failure_;
  stopped_ = true;
  rehearsal_.Stop();
  queue_.Close();
  // An engine whose start failed has no threads yet.
  if (writer_thread_.joinable()) writer_thread_.join();
  rebuild_.Stop();
  repeats_.Close();
  if (repeats_thread_.joinable()) repeats_thread_.join();
  waiters_.Close();
  {
    std::lock_guard lock(upkeep_mutex_);
    upkeep_ends_ = true;
  }
  wake_upkeep_.notify_all();
  if (upkeep_thread_.joinable()) upkeep_thread_.join();
  {
    std::lock_guard lock(failure_mutex_);
    if (!failure_.ok()) return failure_;
  }
  absl::Status first = KeepCheckpoint();
  const absl::Status rows = parts_.rows.Flush();
  // Rows that there is no space for are folded again by the next start.
  if (!absl::IsResourceExhausted(rows)) first.Update(rows);
  first.Update(parts_.anchor.Sync());
  return first;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Start(const EngineOptions& options,
                                                      const EngineParts& parts) {
  // Before rows are rolled forward: that writes, too.
  const auto full = BelowFloor(options);
  if (!full.ok()) return full.status();
  parts.rows.HoldBack(*full);
  if (absl::Status reached = CheckCheckpointReach(parts.log); !reached.ok()) return reached;
  auto follower = Recover(parts.log, parts.anchor, parts.vault, parts.rows, options.stop_requested);
  if (!follower.ok()) return follower.status();
  parts.rows.BeginServing();
  absl::Status signed_over = CheckCheckpointRoot(parts.log, *parts.rows.Current());
  if (!signed_over.ok()) return signed_over;
  const int64_t behind_us = follower->commit_time_us() - parts.clock.WallUs();
  if (behind_us > kClockBehindMaxUs && !options.accept_clock) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the clock is ", behind_us / kernel::kMicrosecondsPerSecond,
        " s behind the last record of the log; set it right, or start with --accept-clock to "
        "hold time until it has caught up"));
  }
  // The log may be ahead of the anchor by what was never acknowledged.
  absl::Status anchored = parts.anchor.Write(AnchorStateOf(*follower, parts.clock.WallUs()));
  if (!anchored.ok()) return anchored;

  auto engine = std::make_unique<RunningEngine>(options, parts, *std::move(follower));
  if (absl::Status status = engine->Upkeep(); !status.ok()) return status;
  engine->Run();
  return engine;
}

}  // namespace billing::server
