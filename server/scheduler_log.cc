#include "server/scheduler_log.h"

#include <variant>

#include "aggregates/kernel/ids.h"
#include "aggregates/kernel/uuid.h"
#include "server/status.h"

namespace billing::server {
namespace {

Problem ProblemIn(const Outcome& outcome) {
  if (const auto* refused = std::get_if<Refused>(&outcome)) return ProblemOf(*refused);
  return ProblemOf(std::get<NotDone>(outcome), /*deadline_passed=*/false);
}

}  // namespace

LogLine LineOf(const ScheduledCommand& command, const Outcome& outcome) {
  LogLine line("command");
  line.Add("rpc", command.rpc);
  if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
    line.Add("code", "OK").Add("position", accepted->receipt.position);
    if (accepted->receipt.replayed) line.Add("replayed", "true");
  } else {
    const Problem problem = ProblemIn(outcome);
    line.Add("code", NameOf(problem.code)).Add("reason", problem.reason);
    if (!problem.detail.empty()) line.Add("detail", problem.detail);
  }
  line.Add("request_id", kernel::UuidText(command.request_id));
  line.Add("principal", kernel::kScheduler).Add("name", command.name);
  return line;
}

SchedulerListener LogOfScheduler(Logger& logger) {
  return {.done =
              [&logger](const ScheduledCommand& command, const Outcome& outcome) {
                const bool succeeded = std::holds_alternative<Accepted>(outcome);
                logger.Write(succeeded ? LogLevel::kInfo : LogLevel::kWarning,
                             LineOf(command, outcome));
              },
          .failed =
              [&logger](const absl::Status& status) {
                LogLine line("scheduler_failed");
                line.Add("status", status.ToString());
                logger.Write(LogLevel::kError, line);
              }};
}

}  // namespace billing::server
