#include "server/calls/read_call.h"

#include <utility>

#include "server/calls/await_position.h"
#include "server/counting.h"

namespace billing::server {

void ReadCall::Run() {
  auto checked = parts_.credentials.Check(call().metadata());
  if (auto* problem = std::get_if<Problem>(&checked)) return Fail(std::move(*problem));
  caller_ = std::get<kernel::Caller>(std::move(checked));
  if (options_.is_short && options_.min_position <= parts_.engine.Current()->position()) {
    return Read();
  }
  AwaitPosition(parts_, call().RemainingUs(), options_.min_position,
                [this](std::optional<Problem> late) {
                  if (late) return Fail(*std::move(late));
                  Queue();
                });
}

void ReadCall::Queue() {
  if (!parts_.executor.Submit([this] { Read(); })) Fail(QueueFull());
}

void ReadCall::Read() {
  if (call().IsAbandoned()) return Fail(ReadCancelled(call().RemainingUs() <= 0));
  Answered<grpc::ByteBuffer> answered;
  {
    const auto version = parts_.engine.Current();
    ReadContext context = ContextOf(parts_.engine, parts_.presenter, *version, *caller_);
    context.watchers = parts_.watchers;
    answered = Answer(context);
    // A row that could not be read looks like one that is not there.
    if (!version->status().ok()) answered = StoreReadFailed(version->status());
  }
  if (auto* problem = std::get_if<Problem>(&answered)) return Fail(std::move(*problem));
  Count(CallOutcome::kOk);
  Finish(std::get<grpc::ByteBuffer>(answered));
}

void ReadCall::Count(CallOutcome outcome) {
  const int64_t duration_us = parts_.engine.clock().SteadyUs() - start_us_;
  parts_.metrics.CallAnswered(options_.kind, outcome, duration_us);
}

void ReadCall::Fail(Problem problem) {
  Count(CountProblem(parts_.metrics, problem));
  if (problem.code == grpc::StatusCode::INTERNAL) {
    LogLine line("read_failed");
    line.Add("rpc", NameOf(options_.kind))
        .Add("reason", problem.reason)
        .Add("detail", problem.detail);
    parts_.logger.Write(LogLevel::kError, line);
  }
  Finish(ToGrpcStatus(problem));
}

}  // namespace billing::server
