// The scheduler: gives the commands that nobody asks for, because their time has come. As
// `services/scheduler` it deletes subscriptions whose retention is over and expires
// transfers that nobody answered; the writer judges and records these like any other.
// Source: design page "The domain", Time.
//
// No rule waits for it: a deadline has passed when it has, recorded or not. So the
// scheduler may rest whenever the clock leaves a doubt.
#ifndef BILLING_SERVER_ENGINE_SCHEDULER_H_
#define BILLING_SERVER_ENGINE_SCHEDULER_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/time.h"
#include "aggregates/request/request.h"
#include "projections/state/state_reader.h"
#include "server/engine/engine.h"

namespace billing::server {

// Commands of the scheduler that wait for their answers; no more are given before all of
// them are answered, so that those of callers find room in every batch.
inline constexpr size_t kScheduledAtOnceMax = 64;
// How long the clock must have been steady before the scheduler acts.
inline constexpr int64_t kSteadyUs = 60 * kernel::kMicrosecondsPerSecond;
// Between two looks wall clock and monotonic clock may differ by this much; more, and
// somebody has set the clock.
inline constexpr int64_t kClockSetUs = kernel::kMicrosecondsPerSecond;
// When what did not succeed is tried again: first after this, then twice as long each time.
inline constexpr int64_t kRetryFirstUs = 60 * kernel::kMicrosecondsPerSecond;
inline constexpr int64_t kRetryMaxUs = 3'600 * kernel::kMicrosecondsPerSecond;

// What the scheduler asks for when a deadline has passed. The same deadline of the same
// resource is the same request, byte for byte, request id included: asked again, also by
// another process, it gets its first answer and nothing happens twice.
//   Internal  the deadline's name is of nothing that has one
absl::StatusOr<request::Request> RequestAt(const kernel::AccountId& account,
                                           const projections::StateReader::Deadline& deadline);

// One command of the scheduler, for the server's log.
struct ScheduledCommand {
  std::string rpc;         // `DeleteSubscription`
  std::string name;        // full, of the resource
  std::string request_id;  // 16 bytes
  kernel::Instant deadline;
};

// Both are called from the scheduler's thread or one of the engine's; they must not block.
struct SchedulerListener {
  // What became of a command; once for each.
  std::function<void(const ScheduledCommand&, const Outcome&)> done;
  // What is due could not be read, or not be asked for; it is tried again later.
  std::function<void(const absl::Status&)> failed;
};

class Scheduler {
 public:
  // `engine` outlives the scheduler.
  Scheduler(Engine& engine, SchedulerListener listener);
  // Stops.
  ~Scheduler();

  // Gives the next commands that are due: how many. None while earlier ones are not
  // answered, the clock leaves a doubt, or something failed and is not yet tried again.
  // Reads rows; not thread-safe, and not to be called once Run was.
  size_t Step();

  // Steps once per `interval_ms`, and at once while there is more to do, from a thread of
  // its own. Once.
  void Run(int64_t interval_ms = 1'000);

  // Waits until all that was given is answered.
  // REQUIRES: the engine still answers.
  void AwaitAnswers();

  // Gives no more commands and awaits the answers.
  void Stop();

 private:
  using StateReader = projections::StateReader;

  void Loop(int64_t interval_ms);
  // Whether the clock has been steady for long enough.
  bool ClockIsSteady();
  // Whether commands may be given now; goes back to the first deadline when what failed is
  // to be tried again. Unless the clock is sure there is nothing more to do before the next look.
  bool MayAct(bool clock_is_sure);
  void Submit(const StateReader::Deadline& deadline, const StateReader& states);
  void Answered(const ScheduledCommand& command, const Outcome& outcome);
  // One of the outstanding is none any more.
  void Settled();
  // Something is tried again later; `all`: and until then nothing else is.
  void TryAgainLater(bool all);

  Engine& engine_;
  const SchedulerListener listener_;
  std::thread thread_;

  // Of the thread that steps.
  // Wall time minus monotonic time at the last look, and since when it has been that.
  int64_t offset_us_ = 0;
  int64_t steady_since_us_ = 0;
  // How far the deadlines have been gone through. New ones are later than any that has
  // passed, so that only what failed makes it begin anew.
  std::optional<StateReader::Deadline> after_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  // Not yet answered.
  size_t outstanding_ = 0;
  // The last step may have left something due.
  bool more_ = false;
  bool paused_ = false;
  std::optional<int64_t> retry_at_us_;
  int64_t retry_after_us_ = kRetryFirstUs;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_SCHEDULER_H_
