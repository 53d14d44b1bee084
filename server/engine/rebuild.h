// Building the read models anew while they serve: a second set of rows is folded from the
// log by a thread of its own, caught up with the head, and put in the place of the first
// between two batches.
#ifndef BILLING_SERVER_ENGINE_REBUILD_H_
#define BILLING_SERVER_ENGINE_REBUILD_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/event_log.h"
#include "projections/follow/follower.h"
#include "projections/rows/views.h"
#include "server/clock.h"
#include "server/engine/batch_border.h"
#include "server/engine/engine.h"
#include "server/engine/roll_forward.h"

namespace billing::server {

class Rebuild {
 public:
  struct Surroundings {
    // How the writer's follower describes where it stands: asked between two batches. Not OK: the
    // writer has failed.
    std::function<absl::StatusOr<std::string>()> writers_mark;
    // Commands that the writer has handled so far: while it goes up, they want the machine.
    std::function<uint64_t()> commands;
    // Whether there is disk space for a second set of rows; not OK: it cannot be told.
    std::function<absl::StatusOr<bool>()> has_space;
    // EngineOptions::rebuild_gap_max.
    uint64_t gap_max;
  };

  // All of `parts`, and the border, outlive it.
  Rebuild(const EngineParts& parts, BatchBorder& border, Surroundings surroundings,
          RebuildListener listener);
  // Stops.
  ~Rebuild();

  // Goes on with what was interrupted, if anything was, and from then on does what Begin
  // asks for. Once.
  void Run();

  // Asks for one. FailedPrecondition when one is under way.
  absl::Status Begin();

  // Leaves what is under way as it is on disk. May be repeated.
  void Stop();

  // Thread-safe.
  RebuildStatus GetStatus() const;

 private:
  void Loop();
  // Waits for what Begin asks for, and removes meanwhile what was live before; false: stop.
  bool AwaitWork();
  void BuildOnce();
  absl::Status Build();
  // The follower of the next rows: where an interrupted building left them, if they fit,
  // or at the start of the log.
  absl::StatusOr<projections::Follower> OpenNext();
  // Folds what the log holds now; `politely`: commands go first.
  absl::Status FoldToHead(projections::Follower& follower, RollForward& roll, bool politely);
  // The rest, and the switch. REQUIRES: the writer is between two batches.
  absl::Status FoldRestAndSwitch(projections::Follower& follower, RollForward& roll);
  absl::Status CheckSpace() const;
  // Makes way for the commands that came while the last step took `step_us`.
  void MakeWay(int64_t step_us);
  // Notes how far it is. Cancelled when it is to stop.
  absl::Status Note(uint64_t position);

  const EngineParts& parts_;
  BatchBorder& border_;
  const Surroundings surroundings_;
  const RebuildListener listener_;
  std::thread thread_;

  // The thread's own.
  projections::RowStore* next_ = nullptr;
  uint64_t commands_seen_ = 0;
  bool old_is_left_ = false;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  RebuildStatus status_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_REBUILD_H_
