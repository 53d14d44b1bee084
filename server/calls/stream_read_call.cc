#include "server/calls/stream_read_call.h"

#include <chrono>
#include <utility>

namespace billing::server {
namespace {

// Parts, and their bytes, that may wait for the reader; more are made when half is taken.
constexpr size_t kWaitingMax = 64;
constexpr size_t kWaitingBytesMax = 256 * 1'024;

}  // namespace

void StreamReadCall::Run(uint64_t min_position) {
  auto checked = CheckCaller();
  if (auto* problem = std::get_if<Problem>(&checked)) return Fail(*problem);
  caller_ = std::get<kernel::Caller>(std::move(checked));
  AwaitPosition(parts(), call().loop(), RemainingUs(), min_position,
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
  {
    Lock lock(mutex_);
    if (!AwaitReader(lock, [this] { return !writing_ && waiting_.empty(); })) return;
  }
  Succeed();
}

bool StreamReadCall::Send(const google::protobuf::Message& part) {
  grpc::ByteBuffer bytes = WriteMessage(part);
  Lock lock(mutex_);
  const bool full = waiting_.size() >= kWaitingMax || waiting_bytes_ >= kWaitingBytesMax;
  if (full && !AwaitReader(lock, [this] { return HasRoom(); })) return false;
  waiting_bytes_ += bytes.Length();
  waiting_.push_back(std::move(bytes));
  WriteNext();
  return !gone_;
}

bool StreamReadCall::AwaitReader(Lock& lock, absl::FunctionRef<bool()> done) {
  const auto patience = std::chrono::milliseconds(parts().reader_patience_ms);
  while (!gone_ && !done()) {
    const uint64_t before = taken_;
    const bool woken = changed_.wait_for(lock, patience, [&] { return gone_ || done(); });
    if (woken || taken_ != before) continue;
    lock.unlock();
    LetGo(ReaderTooSlow());
    return false;
  }
  return !gone_;
}

bool StreamReadCall::HasRoom() const {
  return waiting_.size() <= kWaitingMax / 2 && waiting_bytes_ <= kWaitingBytesMax / 2;
}

void StreamReadCall::WriteNext() {
  if (writing_ || waiting_.empty()) return;
  const grpc::ByteBuffer bytes = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= bytes.Length();
  grpc::WriteOptions options;
  if (!waiting_.empty()) options.set_buffer_hint();
  writing_ = Write(bytes, options);
  gone_ = !writing_;
}

void StreamReadCall::Written(bool ok) {
  bool tell = false;
  {
    const Lock lock(mutex_);
    ++taken_;
    writing_ = false;
    gone_ = gone_ || !ok;
    if (!gone_) WriteNext();
    tell = gone_ || HasRoom();
  }
  if (tell) changed_.notify_one();
}

void StreamReadCall::Gone() {
  {
    const std::lock_guard lock(mutex_);
    gone_ = true;
  }
  changed_.notify_one();
}

}  // namespace billing::server
