#include "server/calls/stream_call.h"

#include <utility>

#include "server/calls/deadline.h"

namespace billing::server {

StreamCall* StreamCall::Started() {
  held_by_grpc_ = shared_from_this();
  return this;
}

void StreamCall::End(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(ended_, true)) return;
  Finish(status);
}

void StreamCall::Fail(const Problem& problem) {
  if (problem.code == grpc::StatusCode::INTERNAL) {
    LogLine line("read_failed");
    line.Add("rpc", rpc_).Add("reason", problem.reason).Add("detail", problem.detail);
    parts_.logger.Write(LogLevel::kError, line);
  }
  End(ToGrpcStatus(problem));
}

void StreamCall::LetGo(const Problem& problem) {
  Fail(problem);
  // No log gets so far: what is waited for is the deadline.
  constexpr uint64_t kNever = UINT64_MAX;
  const int64_t deadline_us = parts_.engine.clock().SteadyUs() + parts_.reader_patience_ms * 1'000;
  const bool waits = parts_.engine.Await(kNever, deadline_us,
                                         [self = shared_from_this()](bool) { self->Reset(); });
  if (!waits) Reset();
}

void StreamCall::Reset() {
  const std::lock_guard lock(mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

Answered<kernel::Caller> StreamCall::CheckCaller() const {
  return parts_.credentials.Check(context_->client_metadata());
}

int64_t StreamCall::RemainingUs() const { return server::RemainingUs(*context_); }

bool StreamCall::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

bool StreamCall::Write(grpc::ByteBuffer message) {
  const std::lock_guard lock(mutex_);
  if (ended_) return false;
  writing_ = std::move(message);
  StartWrite(&writing_);
  return true;
}

void StreamCall::OnCancel() {
  bool deadline_passed = false;
  {
    const std::lock_guard lock(mutex_);
    deadline_passed = context_ != nullptr && RemainingUs() <= 0;
  }
  End(ToGrpcStatus(ReadCancelled(deadline_passed)));
  Gone();
}

void StreamCall::OnDone() {
  // The last reference may be this one: it is let go of outside the lock.
  const std::shared_ptr<StreamCall> self = std::move(held_by_grpc_);
  const std::lock_guard lock(mutex_);
  context_ = nullptr;
}

}  // namespace billing::server
