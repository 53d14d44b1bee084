#include "server/metrics/metrics.h"

#include <prometheus/metric_family.h>

#include <span>
#include <string>

#include "server/metrics/families.h"

namespace billing::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

constexpr double kMicrosecondsPerSecond = 1e6;

double ValueOf(const Counter& counter) { return static_cast<double>(counter.value()); }

ClientMetric TimesOf(const Histogram<kTimeBoundsUs>& times, Labels labels = {}) {
  return Distribution(times.counts(), kTimeBoundsUs, kMicrosecondsPerSecond, std::move(labels));
}

MetricFamily OneTimes(std::string_view name, std::string_view help,
                      const Histogram<kTimeBoundsUs>& times) {
  MetricFamily family = HistogramFamily(name, help);
  family.metric.push_back(TimesOf(times));
  return family;
}

MetricFamily ByReason(MetricFamily family, std::span<const std::string_view> reasons,
                      const std::vector<Counter>& counters) {
  for (size_t i = 0; i < counters.size(); ++i) {
    family.metric.push_back(Count(ValueOf(counters[i]), {{"reason", std::string(reasons[i])}}));
  }
  return family;
}

// Only a command has a request id, and may be validated.
bool IsOfCommandsOnly(size_t outcome) {
  return outcome == static_cast<size_t>(CallOutcome::kReplayed) ||
         outcome == static_cast<size_t>(CallOutcome::kValidated);
}

ClientMetric CountOf(const Counter& counter, const char* label, const std::string& value,
                     size_t outcome) {
  return Count(ValueOf(counter),
               {{label, value}, {"outcome", std::string(kCallOutcomeNames[outcome])}});
}

}  // namespace

Metrics::Metrics()
    : commands_(CommandNames().size()),
      calls_(CallMethods().size()),
      refusals_(RefusalReasons().size()),
      rejections_(RejectionReasons().size()) {}

void Metrics::CommandCalled(CommandKind kind, CallOutcome outcome, int64_t us) {
  Calls& calls = commands_[static_cast<size_t>(kind)];
  Answered(calls, outcome);
  calls.us.Observe(us);
}

void Metrics::CommandStreamed(CommandKind kind, CallOutcome outcome, int64_t us) {
  Answered(commands_[static_cast<size_t>(kind)], outcome);
  streamed_us_.Observe(us);
}

void Metrics::CommandScheduled(CommandKind kind, CallOutcome outcome) {
  Answered(commands_[static_cast<size_t>(kind)], outcome);
}

void Metrics::CommandRefused(std::string_view reason) { refusals_[RefusalReasonOf(reason)].Add(); }

void Metrics::CallAnswered(CallKind kind, CallOutcome outcome, int64_t us) {
  Calls& calls = calls_[static_cast<size_t>(kind)];
  Answered(calls, outcome);
  calls.us.Observe(us);
}

void Metrics::StreamEnded(CallKind kind, CallOutcome outcome) {
  Answered(calls_[static_cast<size_t>(kind)], outcome);
}

void Metrics::Rejected(std::string_view reason) { rejections_[RejectionReasonOf(reason)].Add(); }

void Metrics::BatchWritten(const BatchReport& batch) {
  batch_commands_.Observe(static_cast<int64_t>(batch.commands));
  batch_us_.Observe(batch.us);
  append_us_.Observe(batch.append_us);
  appended_bytes_.Add(batch.bytes);
}

void Metrics::RebuildEnded(bool completed) {
  (completed ? rebuilds_completed_ : rebuilds_failed_).Add();
}

std::vector<MetricFamily> Metrics::Collect() const {
  MetricFamily batches = HistogramFamily("billingd_batch_commands",
                                         "Commands in one batch, which is one synced append.");
  batches.metric.push_back(Distribution(batch_commands_.counts(), kBatchBounds, 1));
  return {
      CommandCounts(),
      CommandTimes(),
      OneTimes("billingd_bulk_command_duration_seconds",
               "From when a command was taken from a stream until its answer was made.",
               streamed_us_),
      ByReason(CounterFamily("billingd_refusals_total", "Commands refused by a rule, by reason."),
               RefusalReasons(), refusals_),
      ByReason(CounterFamily("billingd_rejections_total",
                             "Calls, and commands of streams, that a limit or the server's state "
                             "turned away, by reason."),
               RejectionReasons(), rejections_),
      CallCounts(),
      CallTimes(),
      std::move(batches),
      OneTimes("billingd_batch_duration_seconds",
               "From when a batch was taken up until it was durable and readers saw it.",
               batch_us_),
      OneTimes("billingd_log_append_duration_seconds",
               "One append to the log, with its sync to the disk.", append_us_),
      OneCounter("billingd_log_appended_bytes_total", "Bytes of the records appended to the log.",
                 ValueOf(appended_bytes_)),
      Rebuilds(),
      OneCounter("billingd_scheduler_failures_total",
                 "Times that the scheduler could not read what is due, or not ask for it.",
                 ValueOf(scheduler_failures_)),
  };
}

MetricFamily Metrics::CommandCounts() const {
  MetricFamily family = CounterFamily(
      "billingd_commands_total", "Commands answered: of calls, of streams and of the scheduler.");
  for (size_t i = 0; i < commands_.size(); ++i) {
    for (size_t outcome = 0; outcome < kCallOutcomes; ++outcome) {
      family.metric.push_back(
          CountOf(commands_[i].answered[outcome], "command", CommandNames()[i], outcome));
    }
  }
  return family;
}

MetricFamily Metrics::CommandTimes() const {
  MetricFamily family =
      HistogramFamily("billingd_command_duration_seconds",
                      "From when a command came, by a call of its own, until its answer was made.");
  // A call always names its command.
  for (size_t i = static_cast<size_t>(CommandKind::kUnknown) + 1; i < commands_.size(); ++i) {
    family.metric.push_back(TimesOf(commands_[i].us, {{"command", CommandNames()[i]}}));
  }
  return family;
}

MetricFamily Metrics::CallCounts() const {
  MetricFamily family =
      CounterFamily("billingd_calls_total", "Calls other than commands, answered; streams, ended.");
  for (size_t i = 0; i < calls_.size(); ++i) {
    for (size_t outcome = 0; outcome < kCallOutcomes; ++outcome) {
      if (IsOfCommandsOnly(outcome)) continue;
      family.metric.push_back(
          CountOf(calls_[i].answered[outcome], "rpc", CallMethods()[i].name, outcome));
    }
  }
  return family;
}

MetricFamily Metrics::CallTimes() const {
  MetricFamily family = HistogramFamily(
      "billingd_call_duration_seconds",
      "From when any other call came until its answer was made, its wait for min_position "
      "included.");
  for (size_t i = 0; i < calls_.size(); ++i) {
    const CallMethod& method = CallMethods()[i];
    if (method.streamed) continue;
    family.metric.push_back(TimesOf(calls_[i].us, {{"rpc", method.name}}));
  }
  return family;
}

MetricFamily Metrics::Rebuilds() const {
  MetricFamily family = CounterFamily("billingd_projection_rebuilds_total",
                                      "Times that the read models were built anew, by result.");
  family.metric.push_back(Count(ValueOf(rebuilds_completed_), {{"result", "completed"}}));
  family.metric.push_back(Count(ValueOf(rebuilds_failed_), {{"result", "failed"}}));
  return family;
}

}  // namespace billing::server
