#include "server/calls/stream_call.h"

#include <utility>

#include "server/counting.h"

namespace billing::server {

void StreamCall::Started() { held_by_call_ = shared_from_this(); }

void StreamCall::End(const Problem* problem) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(ended_, true)) return;
  parts_.metrics.StreamEnded(
      kind_, problem == nullptr ? CallOutcome::kOk : CountProblem(parts_.metrics, *problem));
  Finish(problem == nullptr ? grpc::Status::OK : ToGrpcStatus(*problem));
}

void StreamCall::Succeed() { End(nullptr); }

void StreamCall::Fail(const Problem& problem) {
  if (problem.code == grpc::StatusCode::INTERNAL) {
    LogLine line("read_failed");
    line.Add("rpc", NameOf(kind_)).Add("reason", problem.reason).Add("detail", problem.detail);
    parts_.logger.Write(LogLevel::kError, line);
  }
  End(&problem);
}

void StreamCall::LetGo(const Problem& problem) {
  Fail(problem);
  // No log gets so far: what is waited for is the deadline.
  constexpr uint64_t kNever = UINT64_MAX;
  const int64_t deadline_us = parts_.engine.clock().SteadyUs() + parts_.reader_patience_ms * 1'000;
  const bool waits =
      parts_.engine.Await(kNever, deadline_us, [self = shared_from_this(), deadline_us](bool) {
        // Waits end early when the server drains, which in the end cancels what is left.
        if (self->parts_.engine.clock().SteadyUs() >= deadline_us) self->Reset();
      });
  if (!waits) Reset();
}

void StreamCall::Reset() {
  const std::lock_guard lock(mutex_);
  if (!over_) call().TryCancel();
}

Answered<kernel::Caller> StreamCall::CheckCaller() const {
  return parts_.credentials.Check(call().metadata());
}

int64_t StreamCall::RemainingUs() const { return call().RemainingUs(); }

bool StreamCall::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

bool StreamCall::Write(const grpc::ByteBuffer& message, grpc::WriteOptions options) {
  const std::lock_guard lock(mutex_);
  if (ended_) return false;
  StartWrite(message, options);
  return true;
}

void StreamCall::OnCancel() {
  Fail(ReadCancelled(RemainingUs() <= 0));
  Gone();
}

void StreamCall::OnDone() {
  // The last reference may be this one: it is let go of outside the lock.
  const std::shared_ptr<StreamCall> self = std::move(held_by_call_);
  const std::lock_guard lock(mutex_);
  over_ = true;
}

}  // namespace billing::server
