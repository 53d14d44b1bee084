#include "server/counting.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace billing::server {
namespace {

using grpc::StatusCode;

bool IsReplayed(const Problem& problem) {
  return std::ranges::any_of(problem.metadata,
                             [](const auto& entry) { return entry.first == "replayed"; });
}

CallOutcome CountScheduled(Metrics& metrics, const Outcome& outcome) {
  if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
    return accepted->receipt.replayed ? CallOutcome::kReplayed : CallOutcome::kOk;
  }
  if (const auto* refused = std::get_if<Refused>(&outcome)) {
    return CountCommandProblem(metrics, ProblemOf(*refused));
  }
  return CountCommandProblem(metrics,
                             ProblemOf(std::get<NotDone>(outcome), /*deadline_passed=*/false));
}

}  // namespace

CallOutcome OutcomeOf(const Problem& problem) {
  switch (problem.code) {
    case StatusCode::INVALID_ARGUMENT:
    case StatusCode::OUT_OF_RANGE:
      return CallOutcome::kInvalid;
    case StatusCode::UNAUTHENTICATED:
      return CallOutcome::kUnauthenticated;
    case StatusCode::RESOURCE_EXHAUSTED:
    case StatusCode::UNAVAILABLE:
      return CallOutcome::kRejected;
    case StatusCode::CANCELLED:
    case StatusCode::DEADLINE_EXCEEDED:
      return CallOutcome::kCancelled;
    case StatusCode::ABORTED:
      // A peer that does not read; the others are rules about what has changed meanwhile.
      return problem.reason.ends_with("_TOO_SLOW") ? CallOutcome::kRejected
             : IsReplayed(problem)                 ? CallOutcome::kReplayed
                                                   : CallOutcome::kRefused;
    case StatusCode::NOT_FOUND:
    case StatusCode::ALREADY_EXISTS:
    case StatusCode::PERMISSION_DENIED:
    case StatusCode::FAILED_PRECONDITION:
      return IsReplayed(problem) ? CallOutcome::kReplayed : CallOutcome::kRefused;
    case StatusCode::INTERNAL:
    case StatusCode::UNKNOWN:
    case StatusCode::DATA_LOSS:
    case StatusCode::UNIMPLEMENTED:
    case StatusCode::OK:
    case StatusCode::DO_NOT_USE:
      break;
  }
  return CallOutcome::kFailed;
}

CallOutcome CountProblem(Metrics& metrics, const Problem& problem) {
  const CallOutcome outcome = OutcomeOf(problem);
  if (outcome == CallOutcome::kRejected) metrics.Rejected(problem.reason);
  return outcome;
}

CallOutcome CountCommandProblem(Metrics& metrics, const Problem& problem) {
  const CallOutcome outcome = CountProblem(metrics, problem);
  if (outcome == CallOutcome::kRefused) metrics.CommandRefused(problem.reason);
  return outcome;
}

SchedulerListener Counted(Metrics& metrics, SchedulerListener next) {
  return {.done =
              [&metrics, done = std::move(next.done)](const ScheduledCommand& command,
                                                      const Outcome& outcome) {
                metrics.CommandScheduled(CommandNamed(command.rpc),
                                         CountScheduled(metrics, outcome));
                done(command, outcome);
              },
          .failed =
              [&metrics, failed = std::move(next.failed)](const absl::Status& status) {
                metrics.SchedulerFailed();
                failed(status);
              }};
}

RebuildListener Counted(Metrics& metrics, RebuildListener next) {
  auto ended = std::move(next.ended);
  next.ended = [&metrics, ended = std::move(ended)](const RebuildEnd& end) {
    metrics.RebuildEnded(end.status.ok());
    ended(end);
  };
  return next;
}

}  // namespace billing::server
