// What the server counts and measures while it works. Gauges are not here: they are read when
// somebody asks (readings.h).
#ifndef BILLING_SERVER_METRICS_METRICS_H_
#define BILLING_SERVER_METRICS_METRICS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "server/engine/batch_report.h"
#include "server/metrics/call_outcome.h"
#include "server/metrics/counter.h"
#include "server/metrics/kinds.h"

namespace prometheus {
struct MetricFamily;
}

namespace billing::server {

// Of times, in microseconds.
inline constexpr std::array<int64_t, 16> kTimeBoundsUs = {
    50,     100,    250,     500,     1'000,   2'500,     5'000,     10'000,
    25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 10'000'000};
// Of the commands of a batch.
inline constexpr std::array<int64_t, 12> kBatchBounds = {1,  2,   4,   8,   16,    32,
                                                         64, 128, 256, 512, 1'024, 2'048};

// Thread-safe; nothing here blocks, takes a lock or reads a clock.
class Metrics {
 public:
  Metrics();

  // A command that came by a call of its own was answered `us` after it came.
  void CommandCalled(CommandKind kind, CallOutcome outcome, int64_t us);
  // One of a stream, `us` after it was taken from the stream.
  void CommandStreamed(CommandKind kind, CallOutcome outcome, int64_t us);
  // One of the scheduler's.
  void CommandScheduled(CommandKind kind, CallOutcome outcome);
  // Why a command was refused; REQUIRES: one of the above says that it was.
  void CommandRefused(std::string_view reason);

  // Any other call was answered `us` after it came.
  void CallAnswered(CallKind kind, CallOutcome outcome, int64_t us);
  // One that is a stream, or answers with one, has ended.
  void StreamEnded(CallKind kind, CallOutcome outcome);

  // Why a call of any kind, or a command of a stream, was rejected.
  void Rejected(std::string_view reason);

  void BatchWritten(const BatchReport& batch);
  void RebuildEnded(bool completed);
  void SchedulerFailed() { scheduler_failures_.Add(); }

  // All of it, as Prometheus knows it.
  std::vector<prometheus::MetricFamily> Collect() const;

 private:
  using Times = Histogram<kTimeBoundsUs>;
  using Outcomes = std::array<Counter, kCallOutcomes>;
  struct Calls {
    Outcomes answered;
    Times us;
  };

  static void Answered(Calls& calls, CallOutcome outcome) {
    calls.answered[static_cast<size_t>(outcome)].Add();
  }
  prometheus::MetricFamily CommandCounts() const;
  prometheus::MetricFamily CommandTimes() const;
  prometheus::MetricFamily CallCounts() const;
  prometheus::MetricFamily CallTimes() const;
  prometheus::MetricFamily Rebuilds() const;

  // By kind.
  std::vector<Calls> commands_;
  std::vector<Calls> calls_;
  Times streamed_us_;
  // By reason.
  std::vector<Counter> refusals_;
  std::vector<Counter> rejections_;
  Histogram<kBatchBounds> batch_commands_;
  Times batch_us_;
  Times append_us_;
  Counter appended_bytes_;
  Counter rebuilds_completed_;
  Counter rebuilds_failed_;
  Counter scheduler_failures_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_METRICS_METRICS_H_
