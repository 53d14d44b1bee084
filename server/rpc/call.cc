#include "server/rpc/call.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "grpc/support/time.h"
#include "server/status.h"

namespace billing::server {
namespace {

// Calls that gRPC can hand over before it must be asked for more.
// Few: the memory of a call that has ended is then soon used again, while it is at hand in the
// processor's caches.
constexpr int kCallsAwaited = 32;
constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;

// A call that nothing is made of.
class Refusal final : public Reactor {
 public:
  Refusal(Call& call, const grpc::Status& status) : Reactor(call) { Finish(status); }

 private:
  void OnDone() override { delete this; }
};

}  // namespace

Reactor::Reactor(Call& call) : call_(call) { call.reactor_ = this; }

void Reactor::StartSendInitialMetadata() {
  ++call_.pending_;
  call_.stream_.SendInitialMetadata(call_.metadata_sent_.tag());
}

void Reactor::StartRead(grpc::ByteBuffer* message) {
  ++call_.pending_;
  call_.stream_.Read(message, call_.read_.tag());
}

void Reactor::StartWrite(const grpc::ByteBuffer& message, grpc::WriteOptions options) {
  ++call_.pending_;
  call_.stream_.Write(message, options, call_.written_.tag());
}

void Reactor::Finish(const grpc::Status& status) {
  call_.status_ = status;
  call_.loop().Answer(call_);
}

void Reactor::Finish(const grpc::ByteBuffer& response) {
  assert(response.Valid());
  call_.response_ = response;
  call_.loop().Answer(call_);
}

void CallAcceptor::Open() {
  for (int i = 0; i < kCallsAwaited; ++i) AcceptOne();
}

void CallAcceptor::AcceptOne() {
  loop_.CallBegins();
  (new Call(*this))->Accept();
}

void CallAcceptor::Refuse() {
  // For the work.
  loop_.CallBegins();
  loop_.Post(*this);
}

void CallAcceptor::RunOnLoop() {
  coming_.store(Coming::kAreRefused);
  for (Call* call : std::exchange(held_, {})) new Refusal(*call, ToGrpcStatus(Stopping()));
  loop_.CallEnds();
}

bool CallAcceptor::TurnsAway(Call& call) {
  switch (coming_.load()) {
    case Coming::kBegin:
      return false;
    case Coming::kWait:
      held_.push_back(&call);
      return true;
    case Coming::kAreRefused:
      new Refusal(call, ToGrpcStatus(Stopping()));
      return true;
  }
  return false;
}

void Call::Accept() {
  context_.AsyncNotifyWhenDone(ended_.tag());
  acceptor_.service_.RequestCall(&context_, &stream_, &loop().queue(), &loop().queue(),
                                 arrived_.tag());
}

void Call::Arrived(bool ok) {
  if (!ok) {
    // The server ends: there is no call.
    CallLoop& ending = loop();
    delete this;
    return ending.CallEnds();
  }
  if (acceptor_.open_.load()) acceptor_.AcceptOne();
  const auto found = acceptor_.methods_.find(context_.method());
  if (found == acceptor_.methods_.end()) {
    new Refusal(*this, grpc::Status(grpc::StatusCode::UNIMPLEMENTED, ""));
    return;
  }
  method_ = &found->second;
  if (!method_->is_never_held && acceptor_.TurnsAway(*this)) return;
  if (!method_->has_request) return Start();
  ++pending_;
  stream_.Read(&request_, request_read_.tag());
}

void Call::RequestRead(bool ok) {
  if (ok) {
    Start();
  } else {
    new Refusal(
        *this,
        ToGrpcStatus(InvalidRequest({{.field = "", .description = "The call has no message."}})));
  }
  Settle();
}

void Call::Start() {
  method_->start(*this, request_);
  // Whoever came too late to be told.
  if (cancelled_.load()) reactor_->OnCancel();
}

void Call::Give() {
  if (response_.Valid()) {
    stream_.WriteAndFinish(response_, grpc::WriteOptions(), grpc::Status::OK, finished_.tag());
  } else {
    stream_.Finish(status_, finished_.tag());
  }
}

void Call::Read(bool ok) {
  reactor_->OnReadDone(ok);
  Settle();
}

void Call::Written(bool ok) {
  reactor_->OnWriteDone(ok);
  Settle();
}

void Call::Ended(bool) {
  if (context_.IsCancelled()) {
    cancelled_.store(true);
    if (reactor_ != nullptr) reactor_->OnCancel();
  }
  Settle();
}

void Call::Settle() {
  if (--pending_ > 0) return;
  CallLoop& loop = acceptor_.loop_;
  reactor_->OnDone();
  delete this;
  loop.CallEnds();
}

int64_t Call::RemainingUs() const {
  const gpr_timespec deadline = context_.raw_deadline();
  const gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  if (gpr_time_cmp(left, gpr_time_from_hours(24, GPR_TIMESPAN)) >= 0) return kDayUs;
  return std::max(-kDayUs, left.tv_sec * 1'000'000 + left.tv_nsec / 1'000);
}

}  // namespace billing::server
