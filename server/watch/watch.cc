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
      last_progress_us_(parts.engine.clock().SteadyUs()) {}

bool Watch::Push(const billing::v1::WatchEventsResponse& message) {
  return Push(WriteMessage(message));
}

bool Watch::Push(grpc::ByteBuffer message) {
  const std::lock_guard lock(mutex_);
  const size_t bytes = message.Length();
  if (!pending_.empty() &&
      (pending_.size() >= kPendingEventsMax || pending_bytes_ + bytes > kPendingBytesMax)) {
    return false;
  }
  if (!writing_) last_progress_us_ = parts().engine.clock().SteadyUs();
  pending_.push_back(std::move(message));
  pending_bytes_ += bytes;
  return WriteNext();
}

bool Watch::WriteNext() {
  if (writing_ || pending_.empty()) return true;
  writing_ = true;
  grpc::ByteBuffer message = std::move(pending_.front());
  pending_.pop_front();
  pending_bytes_ -= message.Length();
  return Write(message);
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
