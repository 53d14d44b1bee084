// One call of any method, and what a method makes of it. Messages are bytes, so that what
// cannot be read gets an answer of ours.
#ifndef BILLING_SERVER_RPC_CALL_H_
#define BILLING_SERVER_RPC_CALL_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"
#include "server/caller.h"
#include "server/rpc/call_loop.h"

namespace billing::server {

class Call;

// A method's side of a call. Its functions are called on the loop's thread, and must not block.
class Reactor {
 public:
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  virtual void OnReadDone(bool) {}
  virtual void OnWriteDone(bool) {}
  // The peer is gone, or the call's deadline has passed. Also after Finish.
  virtual void OnCancel() {}
  // All is over, and the call goes. Once, and last.
  virtual void OnDone() = 0;

 protected:
  explicit Reactor(Call& call);
  virtual ~Reactor() = default;

  // Below: thread-safe until the call is finished; nothing is called back from within, so
  // that locks may be held. One read and one write at a time; `message` of a read stays until
  // OnReadDone.
  void StartSendInitialMetadata();
  void StartRead(grpc::ByteBuffer* message);
  void StartWrite(const grpc::ByteBuffer& message, grpc::WriteOptions options = {});
  // Once; nothing is started afterwards. The call stays until OnDone.
  void Finish(const grpc::Status& status);
  // OK, with the only response.
  void Finish(const grpc::ByteBuffer& response);

  Call& call() const { return call_; }

 private:
  friend class Call;
  Call& call_;
};

// How a method is called.
struct Method {
  // Makes the reactor, which stays until OnDone.
  using Start = std::function<void(Call& call, const grpc::ByteBuffer& request)>;
  Start start;
  // The peer sends one message, which is read before `start`; otherwise `start` is given none.
  bool has_request = true;
  // Its calls begin also while others are held (CallAcceptor::Hold).
  bool is_never_held = false;
};

// By path: `/billing.v1.HistoryService/GetEvent`.
using Methods = std::unordered_map<std::string, Method>;

// Calls of these methods; all others are answered UNIMPLEMENTED.
class CallAcceptor final : private LoopWork {
 public:
  // All outlive every call.
  CallAcceptor(grpc::AsyncGenericService& service, CallLoop& loop, Methods methods)
      : service_(service), loop_(loop), methods_(std::move(methods)) {}

  // Once the server is started.
  void Open();
  // Calls that come from now on are not begun: they wait for Refuse. Thread-safe.
  void Hold() { coming_.store(Coming::kWait); }
  // These, and those that still come, are told that the server stops. Thread-safe. REQUIRES: Hold.
  void Refuse();
  // Takes no more. Thread-safe.
  void Close() { open_.store(false); }

 private:
  friend class Call;
  // What becomes of calls that come.
  enum class Coming { kBegin, kWait, kAreRefused };

  void AcceptOne();
  // On the loop's thread. True: the call does not begin.
  bool TurnsAway(Call& call);
  // Refuses those who wait.
  void RunOnLoop() override;

  grpc::AsyncGenericService& service_;
  CallLoop& loop_;
  const Methods methods_;
  std::atomic<bool> open_ = true;
  std::atomic<Coming> coming_ = Coming::kBegin;
  // Of the loop's thread.
  std::vector<Call*> held_;
};

class Call final : private LoopAnswer {
 public:
  const CallMetadata& metadata() const { return context_.client_metadata(); }
  // Where it comes from: Connection::peer.
  std::string peer() const override { return context_.peer(); }
  // Microseconds until the caller's deadline, negative when it has passed; a day when it has
  // none. Thread-safe.
  int64_t RemainingUs() const;
  // The caller is gone or its deadline has passed. Thread-safe.
  bool IsAbandoned() const { return cancelled_.load() || RemainingUs() <= 0; }
  // Ends it at once, whatever the peer takes. Thread-safe.
  void TryCancel() { context_.TryCancel(); }

  CallLoop& loop() { return acceptor_.loop_; }

 private:
  friend class CallAcceptor;
  friend class Reactor;

  class Event final : public CallEvent {
   public:
    using Then = void (Call::*)(bool ok);
    Event(Step step, Call& call, Then then) : CallEvent(step), call_(call), then_(then) {}
    void Happened(bool ok) override { (call_.*then_)(ok); }
    void* tag() { return static_cast<CallEvent*>(this); }

   private:
    Call& call_;
    const Then then_;
  };

  explicit Call(CallAcceptor& acceptor) : acceptor_(acceptor) {}
  ~Call() = default;
  void Accept();

  void Give() override;

  void Arrived(bool ok);
  void RequestRead(bool ok);
  void MetadataSent(bool) { Settle(); }
  void Read(bool ok);
  void Written(bool ok);
  void Finished(bool) { Settle(); }
  void Ended(bool);

  void Start();
  // One of the things that gRPC was asked for is through.
  void Settle();

  CallAcceptor& acceptor_;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter stream_{&context_};
  grpc::ByteBuffer request_;
  // What Finish was given.
  grpc::ByteBuffer response_;
  grpc::Status status_;
  const Method* method_ = nullptr;
  Reactor* reactor_ = nullptr;
  std::atomic<bool> cancelled_ = false;
  // What gRPC has not yet said it is through with: from the start, the finish and the end.
  std::atomic<int> pending_ = 2;

  Event arrived_{CallEvent::Step::kArrival, *this, &Call::Arrived};
  Event request_read_{CallEvent::Step::kRequest, *this, &Call::RequestRead};
  Event metadata_sent_{CallEvent::Step::kOther, *this, &Call::MetadataSent};
  Event read_{CallEvent::Step::kOther, *this, &Call::Read};
  Event written_{CallEvent::Step::kOther, *this, &Call::Written};
  Event finished_{CallEvent::Step::kOther, *this, &Call::Finished};
  Event ended_{CallEvent::Step::kOther, *this, &Call::Ended};
};

}  // namespace billing::server

#endif  // BILLING_SERVER_RPC_CALL_H_
