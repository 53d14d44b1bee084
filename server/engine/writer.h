// The writer: takes batches from the queue, judges, records, appends, publishes, answers.
#ifndef BILLING_SERVER_ENGINE_WRITER_H_
#define BILLING_SERVER_ENGINE_WRITER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "projections/follow/follower.h"
#include "projections/keyvalue/key_value.h"
#include "server/engine/command_queue.h"
#include "server/engine/engine.h"
#include "server/engine/recorder.h"
#include "server/engine/refusal_limit.h"
#include "server/engine/time_keeper.h"

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
  // What the writer tells the engine, from its own thread.
  struct Listener {
    // A batch is durable: the tree with its records. Readers do not see its rows yet.
    std::function<void(uint64_t size, const eventstore::Hash& root)> durable;
    // Readers see them.
    std::function<void()> visible;
    // The same, and nothing failed.
    std::function<void(uint64_t position)> published;
    // A repeat whose first answer is durable.
    std::function<void(Repeat)> repeated;
  };

  Writer(const EngineOptions& options, const EngineParts& parts, TimeKeeper& time,
         projections::Follower follower, Listener listener);

  // Handles the submissions as batches. Not OK when storage failed: then every
  // submission was answered and no further call may be made.
  absl::Status Handle(std::vector<SubmissionPtr> submissions);

  // Set while the disk is too full to write. Both thread-safe.
  void SetStorageFull(bool full) { storage_full_.store(full, std::memory_order_relaxed); }
  bool storage_full() const {
    return storage_full_.load(std::memory_order_relaxed) || parts_.rows.short_of_space();
  }

  // What goes with the rows as they are published. REQUIRES: no batch is under way.
  std::string Mark() const { return follower_.Mark(); }

  uint64_t batches() const { return batches_.load(std::memory_order_relaxed); }
  uint64_t commands() const { return commands_.load(std::memory_order_relaxed); }

 private:
  // One batch while it is being made.
  struct Batch {
    std::vector<std::string> records;
    size_t bytes = 0;
    std::vector<std::pair<SubmissionPtr, Outcome>> answers;
    std::vector<Repeat> repeats;
    int64_t began_us = 0;
    // The log was asked to append and may have done so.
    bool maybe_appended = false;
  };

  bool HasRoom(const Batch& batch) const;
  void Take(SubmissionPtr submission, Batch& batch);
  // The outcome of a judged command, its records added to the batch.
  Outcome Decide(const Submission& submission, kernel::Instant now,
                 const projections::RowReader& rows, Batch& batch);
  Outcome Keep(const Submission& submission, const kernel::Context& context,
               kernel::Decision decision, const projections::RowReader& rows, Batch& batch);
  absl::Status Commit(Batch& batch);
  void Answer(Batch& batch, const absl::Status& committed);

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
  // A command could not be recorded although it was judged: the rows in memory cannot be
  // trusted any more.
  absl::Status broken_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_WRITER_H_
