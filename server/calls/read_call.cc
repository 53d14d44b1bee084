#include "server/calls/read_call.h"

#include <utility>

#include "server/calls/await_position.h"
#include "server/calls/deadline.h"

namespace billing::server {

void ReadCall::Run() {
  auto checked = parts_.credentials.Check(context_.client_metadata());
  if (auto* problem = std::get_if<Problem>(&checked)) return Fail(std::move(*problem));
  caller_ = std::get<kernel::Caller>(std::move(checked));
  AwaitPosition(parts_, RemainingUs(context_), options_.min_position,
                [this](std::optional<Problem> late) {
                  if (late) return Fail(*std::move(late));
                  Queue();
                });
}

void ReadCall::Queue() {
  if (!parts_.executor.Submit([this] { Read(); })) Fail(QueueFull());
}

void ReadCall::Read() {
  if (IsAbandoned(context_)) return Fail(ReadCancelled(RemainingUs(context_) <= 0));
  std::optional<Problem> problem;
  {
    const auto version = parts_.engine.Current();
    const ReadContext context{.states = projections::StateReader(*version),
                              .rows = *version,
                              .position = version->position(),
                              .log = parts_.engine.log(),
                              .checkpoints = parts_.engine.checkpoints(),
                              .presenter = parts_.presenter,
                              .caller = *caller_,
                              .now = parts_.engine.Now(),
                              .engine = parts_.engine,
                              .watchers = parts_.watchers};
    problem = Answer(context);
    // A row that could not be read looks like one that is not there.
    if (!version->status().ok()) problem = StoreReadFailed(version->status());
  }
  if (problem) return Fail(*std::move(problem));
  Finish(grpc::Status::OK);
}

void ReadCall::Fail(Problem problem) {
  if (problem.code == grpc::StatusCode::INTERNAL) {
    LogLine line("read_failed");
    line.Add("rpc", options_.rpc).Add("reason", problem.reason).Add("detail", problem.detail);
    parts_.logger.Write(LogLevel::kError, line);
  }
  Finish(ToGrpcStatus(problem));
}

}  // namespace billing::server
