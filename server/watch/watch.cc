#include "server/watch/watch.h"

#include <utility>

#include "server/calls/messages.h"

namespace billing::server {

Parsed<WatchQuery> WatchQuery::Parse(const billing::v1::WatchEventsRequest& request) {
  FieldChecks checks;
  auto scope = ScopeIn(request, checks);
  WatchQuery query{.types = TypesIn(request.types(), checks),
                   .after_position = request.after_position()};
  if (!checks.ok()) return checks.Take();
  query.scope = *std::move(scope);
  return query;
}

Watch::Watch(const CallParts& parts, Call& call, std::shared_ptr<Inbox> inbox)
    : StreamCall(parts, call, CallOf(billing::v1::WatchEventsRequest::descriptor()->name())),
      inbox_(std::move(inbox)),
      connection_(parts.connections.Find(call.peer())),
      last_progress_us_(parts.engine.clock().SteadyUs()) {}

bool Watch::Push(const billing::v1::WatchEventsResponse& message) {
  if (!Queue(WriteMessage(message))) return false;
  Send();
  return true;
}

bool Watch::Queue(grpc::ByteBuffer message) {
  const std::lock_guard lock(mutex_);
  const size_t bytes = message.Length();
  if (!pending_.empty() &&
      (pending_.size() >= kPendingEventsMax || pending_bytes_ + bytes > kPendingBytesMax)) {
    return false;
  }
  if (!writing_ && pending_.empty()) last_progress_us_ = parts().engine.clock().SteadyUs();
  pending_.push_back(std::move(message));
  pending_bytes_ += bytes;
  return true;
}

void Watch::Send() {
  const std::lock_guard lock(mutex_);
  WriteNext();
}

void Watch::WriteNext() {
  if (writing_ || pending_.empty()) return;
  grpc::ByteBuffer message = std::move(pending_.front());
  pending_.pop_front();
  pending_bytes_ -= message.Length();
  grpc::WriteOptions options;
  // What follows at once takes it along. Not the first of all: gRPC would hold back the call's
  // metadata with it, and never say that it is written.
  joined_bytes_ += message.Length();
  if (wrote_ && !pending_.empty() && joined_bytes_ < kJoinedBytesMax) {
    options.set_buffer_hint();
  } else {
    joined_bytes_ = 0;
  }
  wrote_ = true;
  writing_ = true;
  // A stream that has ended writes no more, and its watch is about to be removed.
  static_cast<void>(Write(message, options));
}

bool Watch::IdleOrTell() {
  const std::lock_guard lock(mutex_);
  tell_when_idle_ = writing_;
  return !writing_;
}

bool Watch::idle() const {
  const std::lock_guard lock(mutex_);
  return !writing_;
}

int64_t Watch::last_progress_us() const {
  const std::lock_guard lock(mutex_);
  return last_progress_us_;
}

void Watch::Written(bool ok) {
  bool tell = false;
  {
    const std::lock_guard lock(mutex_);
    // A write that fails is the last: the stream is about to be cancelled.
    if (!ok) return;
    writing_ = false;
    last_progress_us_ = parts().engine.clock().SteadyUs();
    WriteNext();
    if (!writing_) tell = std::exchange(tell_when_idle_, false);
  }
  if (tell) inbox_->Leave({Inbox::Kind::kDrained, self()});
}

void Watch::Gone() { inbox_->Leave({Inbox::Kind::kGone, self()}); }

}  // namespace billing::server
