// One WatchEvents call: what it asks for, what waits to be sent, and how far it came.
#ifndef BILLING_SERVER_WATCH_WATCH_H_
#define BILLING_SERVER_WATCH_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "billing/v1/history_service.pb.h"
#include "server/calls/stream_call.h"
#include "server/connection.h"
#include "server/present.h"
#include "server/reads/event_scope.h"
#include "server/watch/inbox.h"

namespace billing::server {

struct WatchQuery {
  static Parsed<WatchQuery> Parse(const billing::v1::WatchEventsRequest& request);

  EventScope scope;
  FactTypes types;
  uint64_t after_position = 0;
};

class Watch final : public StreamCall {
 public:
  // What may wait to be sent; above either the watch is full. A message alone always may.
  static constexpr size_t kPendingEventsMax = 1'024;
  static constexpr size_t kPendingBytesMax = 256 * 1'024;
  // So much of what waits is sent in one piece, while gRPC holds it for as long.
  static constexpr size_t kJoinedBytesMax = 16 * 1'024;

  Watch(const CallParts& parts, Call& call, std::shared_ptr<Inbox> inbox);

  // Queues a message. False when it is full: the message was not taken. Thread-safe.
  bool Queue(grpc::ByteBuffer message);
  // Starts to send what is queued, unless that is under way. Thread-safe.
  void Send();
  // Queues a message and starts to send it; false as Queue.
  bool Push(const billing::v1::WatchEventsResponse& message);
  // True when nothing waits to be sent; false, and the inbox is told once nothing does.
  // Thread-safe.
  bool IdleOrTell();
  bool idle() const;
  // When something was last taken, or queued after everything was: Clock::SteadyUs.
  // Thread-safe.
  int64_t last_progress_us() const;

  using StreamCall::CheckCaller;
  // Over which it is sent; null when that is not known.
  const std::shared_ptr<Connection>& connection() const { return connection_; }

  // Set before the hub knows of it.
  WatchQuery query;
  std::optional<kernel::Caller> caller;
  // Who calls, with what roles: what is shown to one is shown to all who call so.
  std::string caller_key;

  // Below: of the hub's thread; while `looking`, of the thread that looks at the log for it.
  OpenedScope scope;
  // Every record up to here was looked at, and what passes the filters was queued. Of a live
  // watch the hub's own position counts when that is further.
  uint64_t seen = 0;
  // What looking at a page of the log came to.
  enum class Page {
    kMore,     // there is more to look at
    kReached,  // looked at all there was
    kFull,     // the next event was not taken
  };
  Page page = Page::kMore;
  // Why the watch must end.
  std::optional<Problem> problem;

  // Below: of the hub's thread.
  bool looking = false;
  bool live = false;
  // How the account that it watches is shown to its caller, once that was looked up since the
  // watch is live, or a fact changed roles.
  std::optional<View> view;
  // Something was queued that is not sent yet.
  bool unsent = false;
  bool told_caught_up = false;
  // When its roles were last looked up.
  int64_t checked_us = 0;

 private:
  void Written(bool ok) override;
  void Gone() override;
  // Starts the next write unless one is under way or nothing waits. REQUIRES: mutex_.
  void WriteNext();
  std::shared_ptr<Watch> self() { return std::static_pointer_cast<Watch>(shared_from_this()); }

  const std::shared_ptr<Inbox> inbox_;
  const std::shared_ptr<Connection> connection_;
  mutable std::mutex mutex_;
  std::deque<grpc::ByteBuffer> pending_;
  size_t pending_bytes_ = 0;
  bool writing_ = false;
  // The first message has been given to gRPC.
  bool wrote_ = false;
  // Of the messages that gRPC holds until the next.
  size_t joined_bytes_ = 0;
  bool tell_when_idle_ = false;
  int64_t last_progress_us_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_WATCH_WATCH_H_
