// The writer: judges commands, records them, appends them in batches, publishes and answers.
//
// While a batch is appended, which mostly means waiting for the disk, the next one is judged by
// the state that the first left. Nobody sees anything of either before it is durable: batches are
// appended, published and answered in their order.
#ifndef BILLING_SERVER_ENGINE_WRITER_H_
#define BILLING_SERVER_ENGINE_WRITER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/integrity/anchor.h"
#include "projections/follow/follower.h"
#include "projections/keyvalue/key_value.h"
#include "server/engine/command_queue.h"
#include "server/engine/engine.h"
#include "server/engine/recorder.h"
#include "server/engine/refusal_limit.h"
#include "server/engine/time_keeper.h"
#include "server/engine/work_thread.h"

namespace billing::server {

// Moving one that waits is cheap.
using SubmissionPtr = std::unique_ptr<Submission>;

// A command whose request id is known: its first answer is in the log.
struct Repeat {
  SubmissionPtr submission;
  uint64_t position = 0;
};

class Writer {
 public:
  // What the writer tells the engine, from its own thread unless it says so.
  struct Listener {
    // A batch begins.
    std::function<void()> begins;
    // A batch is durable: the tree with its records. Readers do not see its rows yet.
    std::function<void(uint64_t size, const eventstore::Hash& root)> durable;
    // Readers see them.
    std::function<void()> visible;
    // The same, and nothing failed.
    std::function<void(uint64_t position)> published;
    // A repeat whose first answer is durable.
    std::function<void(Repeat)> repeated;
    // AppendHasEnded. From another thread; must not block.
    std::function<void()> append_ended;
  };

  Writer(const EngineOptions& options, const EngineParts& parts, TimeKeeper& time,
         projections::Follower follower, Listener listener);

  // Judges the submissions, and commits what is due meanwhile: afterwards a batch may be being
  // appended, and another open. Not OK when storage failed: then every submission was answered,
  // earlier ones included, and no further call may be made but AfterFailure.
  absl::Status Handle(std::vector<SubmissionPtr> submissions);
  // No more are waiting: commits what is open, or begins to, unless the batch before it is being
  // appended. Its status is that of Handle.
  absl::Status Settle();
  // Commits and answers all there is. Its status is that of Handle.
  absl::Status Drain();
  // Whether a batch was being appended and that has ended: Handle goes on with it, whatever it is
  // given.
  bool AppendHasEnded() const { return appending_ != nullptr && append_thread_.HasEnded(); }
  // All that was submitted is answered.
  bool is_drained() const { return open_ == nullptr && appending_ == nullptr; }

  // How whoever still waits is answered once storage failed: UNKNOWN if it may repeat what is in
  // the log, or what a failed append left undecided.
  NotDone AfterFailure(const Submission& submission) const;

  // Set while the disk is too full to write. Both thread-safe.
  void SetStorageFull(bool full) { storage_full_.store(full, std::memory_order_relaxed); }
  bool storage_full() const {
    return storage_full_.load(std::memory_order_relaxed) || parts_.rows.short_of_space();
  }

  // What goes with the rows as they are published; not OK once storage failed.
  // REQUIRES: no batch is under way.
  absl::StatusOr<std::string> Mark() const;

  uint64_t batches() const { return batches_.load(std::memory_order_relaxed); }
  uint64_t commands() const { return commands_.load(std::memory_order_relaxed); }

 private:
  // One batch, until it is answered.
  struct Batch {
    std::vector<std::string> records;
    size_t bytes = 0;
    std::vector<std::pair<SubmissionPtr, Outcome>> answers;
    std::vector<Repeat> repeats;
    int64_t began_us = 0;
    // What it reaches, once nothing is added any more.
    eventstore::AnchorState reached = {};
    std::string mark = {};
    // Of the append, once that has ended.
    absl::Status status = {};
    int64_t append_us = 0;
    // The log was asked to append and may have done so.
    bool maybe_appended = false;

    size_t commands() const { return answers.size() + repeats.size(); }
  };

  bool HasRoom(const Batch& batch) const;
  bool IsDue(const Batch& batch) const;
  // Before each command, and after the last: goes on with what has ended, and with what is due.
  // Not OK when storage failed, in Take too.
  absl::Status GoOn();
  void Take(SubmissionPtr submission, Batch& batch);
  // The outcome of a judged command, its records added to the batch.
  Outcome Decide(const Submission& submission, kernel::Instant now,
                 const projections::RowReader& rows, Batch& batch);
  Outcome Keep(const Submission& submission, const kernel::Context& context,
               kernel::Decision decision, const projections::RowReader& rows, Batch& batch);
  // The open batch's end: nothing is added to it any more.
  std::unique_ptr<Batch> CloseBatch();
  // Its records and the anchor; sets its status. Also on the append thread.
  void Append(Batch& batch);
  // Of the open batch, beside what is judged next. REQUIRES: none is being appended.
  void BeginAppend();
  // Waits for the batch that is being appended, publishes and answers it; the open one, if it is
  // due, is begun to be appended before the answers.
  absl::Status EndAppend();
  // Commits the open batch here and now. REQUIRES: none is being appended.
  absl::Status CommitOpen();
  // Whether the open batch can be appended beside what is judged next, once none is.
  bool CanBeAppendedBeside() const;
  // The same, and it is time to.
  bool IsToBeAppended() const;
  absl::Status Publish(Batch& batch);
  void Answer(Batch& batch, const absl::Status& committed);
  // Repeats what has happened, or may have.
  bool MayRepeat(const Submission& submission) const;
  // Answers whoever still waits after a failure, and gives it back.
  absl::Status Fail(absl::Status failure);

  const EngineOptions& options_;
  const EngineParts& parts_;
  TimeKeeper& time_;
  projections::Follower follower_;
  Listener listener_;
  Recorder recorder_;
  RefusalLimit refusal_limit_;
  std::atomic<bool> storage_full_ = false;
  std::atomic<uint64_t> batches_ = 0;
  std::atomic<uint64_t> commands_ = 0;
  // Storage failed.
  absl::Status broken_;
  // Records up to here are in the log, or may be: when an append failed.
  uint64_t maybe_happened_;
  // What is judged now belongs to it; null: nothing was since the last one was closed.
  std::unique_ptr<Batch> open_;
  // The append thread's until that has ended.
  std::unique_ptr<Batch> appending_;
  WorkThread append_thread_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_WRITER_H_
