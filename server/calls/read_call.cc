#include "server/calls/read_call.h"

#include <utility>

#include "server/calls/await_position.h"
#include "server/counting.h"

namespace billing::server {

void ReadCall::Run(uint64_t min_position) {
  auto checked = parts_.credentials.Check(call().metadata());
  if (auto* problem = std::get_if<Problem>(&checked)) return Fail(std::move(*problem));
  caller_ = std::get<kernel::Caller>(std::move(checked));
  const auto version = parts_.engine.Current();
  if (min_position <= version->position()) return Begin(*version);
  AwaitPosition(parts_, call().loop(), call().RemainingUs(), min_position,
                [this](std::optional<Problem> late) {
                  if (late) return Fail(*std::move(late));
                  if (call().IsAbandoned()) return Fail(ReadCancelled(call().RemainingUs() <= 0));
                  Begin(*parts_.engine.Current());
                });
}

void ReadCall::Begin(const projections::Version& version) {
  if (!ReadAtOnce(version)) Queue();
}

bool ReadCall::ReadAtOnce(const projections::Version& version) {
  if (options_.rows_at_once == 0) return false;
  const auto rows = version.InMemory(options_.rows_at_once);
  auto answered = AnswerFrom(*rows, version.position(), parts_.presenter.InMemory());
  // What did not lie in memory, or was too much, looks like what is not there, too.
  if (!rows->status().ok()) return false;
  // A key that does not lie there is a failure. Any other is soon seen again.
  const auto* problem = std::get_if<Problem>(&answered);
  if (problem != nullptr && problem->code == grpc::StatusCode::INTERNAL) return false;
  End(std::move(answered));
  return true;
}

void ReadCall::Queue() {
  if (!parts_.executor.Submit([this] { Read(); })) Fail(QueueFull());
}

void ReadCall::Read() {
  if (call().IsAbandoned()) return Fail(ReadCancelled(call().RemainingUs() <= 0));
  Answered<grpc::ByteBuffer> answered;
  {
    const auto version = parts_.engine.Current();
    answered = AnswerFrom(*version, version->position(), parts_.presenter);
    if (!version->status().ok()) answered = StoreReadFailed(version->status());
  }
  End(std::move(answered));
}

Answered<grpc::ByteBuffer> ReadCall::AnswerFrom(const projections::RowReader& rows,
                                                uint64_t position, const Presenter& presenter) {
  ReadContext context = ContextOf(parts_.engine, presenter, rows, position, *caller_);
  context.watchers = parts_.watchers;
  return Answer(context);
}

void ReadCall::End(Answered<grpc::ByteBuffer> answered) {
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
