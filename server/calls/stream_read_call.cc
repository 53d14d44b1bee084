#include "server/calls/stream_read_call.h"

#include <chrono>

namespace billing::server {

void StreamReadCall::Run(uint64_t min_position) {
  auto checked = CheckCaller();
  if (auto* problem = std::get_if<Problem>(&checked)) return Fail(*problem);
  caller_ = std::get<kernel::Caller>(std::move(checked));
  AwaitPosition(parts(), RemainingUs(), min_position,
                [this, self = shared_from_this()](std::optional<Problem> late) {
                  if (late) return Fail(*late);
                  Queue();
                });
}

void StreamReadCall::Queue() {
  const bool queued = parts().stream_executor.Submit([this, self = shared_from_this()] { Read(); });
  if (!queued) Fail(QueueFull());
}

void StreamReadCall::Read() {
  if (ended()) return;
  const StreamSource source{
      .engine = parts().engine, .presenter = parts().presenter, .caller = *caller_};
  if (const auto problem = Answer(source, *this)) return Fail(*problem);
  Succeed();
}

bool StreamReadCall::Send(const google::protobuf::Message& part) {
  {
    const std::lock_guard lock(mutex_);
    writing_ = true;
  }
  if (!Write(WriteMessage(part))) return false;
  std::unique_lock lock(mutex_);
  const auto patience = std::chrono::milliseconds(parts().reader_patience_ms);
  const bool settled = changed_.wait_for(lock, patience, [this] { return !writing_ || gone_; });
  const bool sent = settled && !gone_;
  lock.unlock();
  if (!settled) LetGo(ReaderTooSlow());
  return sent;
}

void StreamReadCall::Written(bool ok) {
  {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    gone_ = gone_ || !ok;
  }
  changed_.notify_one();
}

void StreamReadCall::Gone() {
  {
    const std::lock_guard lock(mutex_);
    gone_ = true;
  }
  changed_.notify_one();
}

}  // namespace billing::server
