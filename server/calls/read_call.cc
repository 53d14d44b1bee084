#include "server/calls/read_call.h"

#include <algorithm>
#include <utility>

#include "server/calls/deadline.h"

namespace billing::server {
namespace {

// What is left of a caller's deadline for the answer itself when it waits for a position.
constexpr int64_t kAnswerUs = 50'000;

}  // namespace

void ReadCall::Run() {
  auto checked = parts_.credentials.Check(context_.client_metadata());
  if (auto* problem = std::get_if<Problem>(&checked)) return Fail(std::move(*problem));
  caller_ = std::get<kernel::Caller>(std::move(checked));
  if (options_.min_position <= parts_.engine.Current()->position()) return Queue();
  const int64_t wait_us = std::clamp<int64_t>(RemainingUs(context_) - kAnswerUs, 0,
                                              parts_.min_position_wait_ms * 1'000);
  const bool waits = parts_.engine.Await(
      options_.min_position, parts_.engine.clock().SteadyUs() + wait_us, [this](bool reached) {
        if (reached) return Queue();
        Fail(PositionNotReached(parts_.engine.Current()->position()));
      });
  if (!waits) Fail(QueueFull());
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
                              .position = version->position(),
                              .log = parts_.engine.log(),
                              .presenter = parts_.presenter,
                              .caller = *caller_,
                              .now = parts_.engine.Now()};
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
