#include "server/counting.h"

#include <vector>

#include "gtest/gtest.h"
#include "tests/metrics/metric_values.h"

namespace billing::server {
namespace {

Refused RefusedFor(const std::string& reason, bool replayed = false) {
  Refused refused{.account_id = "acme", .position = 7, .event_position = 8, .replayed = replayed};
  refused.refusal.set_reason(reason);
  return refused;
}

TEST(OutcomeOf, ARuleThatRefusesIsToldFromALimitAndFromOurFault) {
  EXPECT_EQ(OutcomeOf(ProblemOf(RefusedFor("CARD_NOT_REMOVABLE"))), CallOutcome::kRefused);
  EXPECT_EQ(OutcomeOf(ProblemOf(RefusedFor("CARD_NOT_FOUND"))), CallOutcome::kRefused);
  EXPECT_EQ(OutcomeOf(ProblemOf(RefusedFor("ROLE_REQUIRED"))), CallOutcome::kRefused);
  EXPECT_EQ(OutcomeOf(ProblemOf(RefusedFor("ETAG_MISMATCH"))), CallOutcome::kRefused);
  EXPECT_EQ(OutcomeOf(DelegationNotAllowed()), CallOutcome::kRefused);
  EXPECT_EQ(OutcomeOf(InvalidRequest({{"card", "is missing"}})), CallOutcome::kInvalid);
  EXPECT_EQ(OutcomeOf(PositionBeyondHead(3)), CallOutcome::kInvalid);
  EXPECT_EQ(OutcomeOf(CredentialRequired()), CallOutcome::kUnauthenticated);
  EXPECT_EQ(OutcomeOf(CredentialInvalid("it is old")), CallOutcome::kUnauthenticated);
  EXPECT_EQ(OutcomeOf(ReadCancelled(false)), CallOutcome::kCancelled);
  EXPECT_EQ(OutcomeOf(ReadCancelled(true)), CallOutcome::kCancelled);
  EXPECT_EQ(OutcomeOf(StoreReadFailed({})), CallOutcome::kFailed);
  EXPECT_EQ(OutcomeOf(ProblemOf(NotDone{NotDone::Kind::kUnknown, ""}, false)),
            CallOutcome::kFailed);
}

TEST(OutcomeOf, ARefusalThatIsOnlyRepeatedIsReplayed) {
  for (const char* reason : {"CARD_NOT_REMOVABLE", "ETAG_MISMATCH"}) {
    EXPECT_EQ(OutcomeOf(ProblemOf(RefusedFor(reason, /*replayed=*/true))), CallOutcome::kReplayed);
  }
}

TEST(CountProblem, EachRejectionHasAReasonOfItsOwn) {
  using Kind = NotDone::Kind;
  std::vector<Problem> problems = {PositionNotReached(3), QueueFull(),     ReaderTooSlow(),
                                   WatcherTooSlow(),      WatcherLimit(1), Stopping(),
                                   TooManyStreams(),      StreamIdle()};
  for (const Kind kind : {Kind::kRefusalLimit, Kind::kStorageFull, Kind::kClockSuspect}) {
    problems.push_back(ProblemOf(NotDone{kind, ""}, false));
  }
  Metrics metrics;
  for (const Problem& problem : problems) {
    EXPECT_EQ(CountProblem(metrics, problem), CallOutcome::kRejected) << problem.reason;
    EXPECT_EQ(ValueOf(metrics, "billingd_rejections_total{reason=\"" + problem.reason + "\"}"), 1);
  }
  EXPECT_EQ(problems.size() + 1, RejectionReasons().size()) << "a reason that nothing has";
}

TEST(CountProblem, OnlyOfCommandsRefusalsAreCountedByReason) {
  const Problem problem = ProblemOf(RefusedFor("CARD_NOT_FOUND"));
  Metrics metrics;
  CountProblem(metrics, problem);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_refusals_total{reason="CARD_NOT_FOUND"})"), 0);
  CountCommandProblem(metrics, problem);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_refusals_total{reason="CARD_NOT_FOUND"})"), 1);
}

TEST(CountedScheduler, CountsEveryCommandAndFailureAndTellsTheNext) {
  Metrics metrics;
  int told = 0;
  const SchedulerListener listener =
      Counted(metrics, SchedulerListener{.done = [&](const auto&, const auto&) { ++told; },
                                         .failed = [&](const auto&) { ++told; }});
  const ScheduledCommand command{.rpc = "DeleteSubscription"};
  listener.done(command, Accepted{});
  listener.done(command, Accepted{.receipt = {.replayed = true}});
  listener.done(command, RefusedFor("INVALID_SUBSCRIPTION_STATE"));
  listener.done(command, NotDone{NotDone::Kind::kOverloaded, ""});
  listener.failed(absl::InternalError("a broken row"));
  EXPECT_EQ(told, 5);
  for (const char* outcome : {"ok", "replayed", "refused", "rejected"}) {
    EXPECT_EQ(ValueOf(metrics, std::string("billingd_commands_total{command=\"DeleteSubscription\"")
                                   .append(",outcome=\"")
                                   .append(outcome)
                                   .append("\"}")),
              1)
        << outcome;
  }
  EXPECT_EQ(ValueOf(metrics, R"(billingd_refusals_total{reason="INVALID_SUBSCRIPTION_STATE"})"), 1);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_rejections_total{reason="QUEUE_FULL"})"), 1);
  EXPECT_EQ(ValueOf(metrics, "billingd_scheduler_failures_total"), 1);
}

TEST(CountedRebuilds, CountsHowEachEndedAndTellsTheNext) {
  Metrics metrics;
  int told = 0;
  const RebuildListener listener =
      Counted(metrics, RebuildListener{.began = [&](uint64_t) { ++told; },
                                       .ended = [&](const RebuildEnd&) { ++told; },
                                       .left = [&](const absl::Status&) { ++told; }});
  listener.began(0);
  listener.ended({.status = absl::OkStatus()});
  listener.ended({.status = absl::ResourceExhaustedError("no space")});
  listener.left(absl::InternalError("still there"));
  EXPECT_EQ(told, 4);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_projection_rebuilds_total{result="completed"})"), 1);
  EXPECT_EQ(ValueOf(metrics, R"(billingd_projection_rebuilds_total{result="failed"})"), 1);
}

}  // namespace
}  // namespace billing::server
