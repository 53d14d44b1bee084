// Every call that answers with a stream: one write under way at a time, bytes out, an end
// that is safe to give from any thread. What is written, and when, is a subclass's business.
#ifndef BILLING_SERVER_CALLS_STREAM_CALL_H_
#define BILLING_SERVER_CALLS_STREAM_CALL_H_

#include <cstdint>
#include <memory>
#include <mutex>

#include "grpcpp/support/byte_buffer.h"
#include "server/calls/call_parts.h"
#include "server/rpc/call.h"
#include "server/status.h"

namespace billing::server {

// Held by the call until it is over, and by whoever else has to do with it; from then on,
// everything here does nothing. Thread-safe.
class StreamCall : public Reactor, public std::enable_shared_from_this<StreamCall> {
 public:
  StreamCall(const CallParts& parts, Call& call, CallKind kind)
      : Reactor(call), parts_(parts), kind_(kind) {}

  // The call holds it from here on. Once, and first of all.
  void Started();

  // Both end the stream; what is being written is still sent, if the peer takes it. Once it has
  // ended, other ends do nothing.
  void Succeed();
  void Fail(const Problem& problem);
  // Ends a stream whose peer takes nothing. One that does not even take the end within another
  // reader_patience_ms is reset.
  void LetGo(const Problem& problem);
  // There is an end, or the peer is gone.
  bool ended() const;

 protected:
  // Starts a write; Written follows. False when the stream has ended: nothing follows.
  // REQUIRES: none is under way.
  bool Write(const grpc::ByteBuffer& message, grpc::WriteOptions options = {});

  // On the loop's thread; must not block. Written(false): the peer is gone.
  virtual void Written(bool ok) = 0;
  // The peer is gone, or its deadline has passed; the stream has ended.
  virtual void Gone() = 0;

  const CallParts& parts() const { return parts_; }
  // Of the call. REQUIRES: it has not ended.
  Answered<kernel::Caller> CheckCaller() const;
  int64_t RemainingUs() const;

 private:
  void OnWriteDone(bool ok) final { Written(ok); }
  void OnCancel() final;
  void OnDone() final;
  // `problem` null: it succeeded.
  void End(const Problem* problem);
  void Reset();

  const CallParts& parts_;
  mutable std::mutex mutex_;
  const CallKind kind_;
  bool ended_ = false;
  bool over_ = false;
  std::shared_ptr<StreamCall> held_by_call_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_STREAM_CALL_H_
