#include "server/metrics/metrics.h"

#include <string>

#include "gtest/gtest.h"
#include "server/metrics/readings.h"
#include "tests/metrics/metric_values.h"

namespace billing::server {
namespace {

const CommandKind kAddCard = CommandNamed("AddCard");
const CallKind kGetCard = CallOf("GetCardRequest");
const CallKind kWatch = CallOf("WatchEventsRequest");

TEST(Metrics, ACommandIsCountedByKindAndOutcomeWhicheverWayItCame) {
  Metrics metrics;
  metrics.CommandCalled(kAddCard, CallOutcome::kOk, 80);
  metrics.CommandStreamed(kAddCard, CallOutcome::kOk, 90);
  metrics.CommandScheduled(kAddCard, CallOutcome::kRefused);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_commands_total{command="AddCard",outcome="ok"})"), 2);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_commands_total{command="AddCard",outcome="refused"})"), 1);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_commands_total{command="RemoveCard",outcome="ok"})"), 0);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_command_duration_seconds{command="AddCard"})"), 1);
  EXPECT_EQ(ValueOf(metrics, "billingd_bulk_command_duration_seconds"), 1);
}

TEST(Metrics, OtherCallsAreCountedByRpcAndStreamsHaveNoDuration) {
  Metrics metrics;
  metrics.CallAnswered(kGetCard, CallOutcome::kOk, 40);
  metrics.StreamEnded(kWatch, CallOutcome::kCancelled);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_calls_total{rpc="GetCard",outcome="ok"})"), 1);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_calls_total{rpc="WatchEvents",outcome="cancelled"})"), 1);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_call_duration_seconds{rpc="GetCard"})"), 1);
}

TEST(Metrics, RefusalsAndRejectionsAreCountedByReason) {
  Metrics metrics;
  metrics.CommandRefused("CARD_NOT_REMOVABLE");
  metrics.CommandRefused("CARD_ON_THE_MOON");
  metrics.Rejected("QUEUE_FULL");
  EXPECT_EQ(ValueOf(metrics, R"(billingd_refusals_total{reason="CARD_NOT_REMOVABLE"})"), 1);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_refusals_total{reason="OTHER"})"), 1);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_rejections_total{reason="QUEUE_FULL"})"), 1);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_rejections_total{reason="STOPPING"})"), 0);
}

TEST(Metrics, ABatchIsCountedWithItsSizeItsTimesAndItsBytes) {
  Metrics metrics;
  metrics.BatchWritten({.commands = 3, .bytes = 900, .us = 700, .append_us = 600});
  metrics.BatchWritten({.commands = 1, .bytes = 300, .us = 300, .append_us = 200});
  EXPECT_EQ(ValueOf(metrics, "billingd_batch_commands"), 2);
  EXPECT_EQ(ValueOf(metrics, "billingd_batch_duration_seconds"), 2);
  EXPECT_EQ(ValueOf(metrics, "billingd_log_append_duration_seconds"), 2);
  EXPECT_EQ(ValueOf(metrics, "billingd_log_appended_bytes_total"), 1'200);
}

TEST(Metrics, RebuildsAndTheSchedulersFailuresAreCounted) {
  Metrics metrics;
  metrics.RebuildEnded(true);
  metrics.RebuildEnded(false);
  metrics.RebuildEnded(false);
  metrics.SchedulerFailed();
  EXPECT_EQ(ValueOf(metrics, R"(billingd_projection_rebuilds_total{result="completed"})"), 1);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_projection_rebuilds_total{result="failed"})"), 2);
  EXPECT_EQ(ValueOf(metrics, "billingd_scheduler_failures_total"), 1);
}

TEST(Metrics, TimesAreToldInSecondsAndBucketsAddUp) {
  Metrics metrics;
  for (const int64_t us : {50, 51, 2'000'000, 60'000'000}) {
    metrics.CommandStreamed(kAddCard, CallOutcome::kOk, us);
  }
  const std::string text = MetricsText(metrics, {});
  for (const char* line : {
           "# TYPE billingd_bulk_command_duration_seconds histogram\n",
           "\nbillingd_bulk_command_duration_seconds_bucket{le=\"5e-05\"} 1\n",
           "\nbillingd_bulk_command_duration_seconds_bucket{le=\"0.0001\"} 2\n",
           "\nbillingd_bulk_command_duration_seconds_bucket{le=\"2.5\"} 3\n",
           "\nbillingd_bulk_command_duration_seconds_bucket{le=\"10\"} 3\n",
           "\nbillingd_bulk_command_duration_seconds_bucket{le=\"+Inf\"} 4\n",
           "\nbillingd_bulk_command_duration_seconds_count 4\n",
           "\nbillingd_bulk_command_duration_seconds_sum 62.000101\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

}  // namespace
}  // namespace billing::server
