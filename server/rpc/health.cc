#include "server/rpc/health.h"

#include <utility>

#include "server/calls/messages.h"
#include "server/status.h"

namespace billing::server {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

namespace {

grpc::ByteBuffer BytesOf(HealthCheckResponse::ServingStatus status) {
  HealthCheckResponse response;
  response.set_status(status);
  return WriteMessage(response);
}

}  // namespace

class Health::CheckCall final : public Reactor {
 public:
  explicit CheckCall(Call& call) : Reactor(call) {}

  void Answer(Health& health, const grpc::ByteBuffer& bytes) {
    HealthCheckRequest request;
    auto unreadable = ReadMessage(bytes, request);
    if (!unreadable.empty()) return Finish(ToGrpcStatus(InvalidRequest(std::move(unreadable))));
    const std::lock_guard lock(health.mutex_);
    const Status status = health.StatusOf(request.service());
    if (status == HealthCheckResponse::SERVICE_UNKNOWN) {
      return Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "There is no such service."));
    }
    Finish(BytesOf(status));
  }

 private:
  void OnDone() override { delete this; }
};

class Health::WatchCall final : public Reactor {
 public:
  WatchCall(Health& health, Call& call) : Reactor(call), health_(health) {}

  void Begin(const grpc::ByteBuffer& bytes) {
    HealthCheckRequest request;
    auto unreadable = ReadMessage(bytes, request);
    const std::lock_guard lock(health_.mutex_);
    if (!unreadable.empty()) return End(ToGrpcStatus(InvalidRequest(std::move(unreadable))));
    service_ = request.service();
    health_.watches_.insert(this);
    Tell();
  }

  // REQUIRES: the health's mutex, like all below.
  void Tell() {
    if (writing_ || ended_) return;
    const Status status = health_.StatusOf(service_);
    if (status == told_) {
      if (!health_.serving_) End(ToGrpcStatus(Stopping()));
      return;
    }
    told_ = status;
    writing_ = true;
    StartWrite(BytesOf(status));
  }

 private:
  void End(const grpc::Status& status) {
    if (std::exchange(ended_, true)) return;
    health_.watches_.erase(this);
    Finish(status);
  }

  void OnWriteDone(bool) override {
    const std::lock_guard lock(health_.mutex_);
    writing_ = false;
    Tell();
  }

  void OnCancel() override {
    const std::lock_guard lock(health_.mutex_);
    End(grpc::Status::CANCELLED);
  }

  void OnDone() override { delete this; }

  Health& health_;
  std::string service_;
  Status told_ = HealthCheckResponse::UNKNOWN;
  bool writing_ = false;
  bool ended_ = false;
};

Health::Health(std::vector<std::string> services) : services_(services.begin(), services.end()) {}

void Health::AddTo(Methods& methods) {
  methods["/grpc.health.v1.Health/Check"] = {
      .start =
          [this](Call& call, const grpc::ByteBuffer& request) {
            (new CheckCall(call))->Answer(*this, request);
          },
      .is_never_held = true};
  methods["/grpc.health.v1.Health/Watch"] = {
      .start =
          [this](Call& call, const grpc::ByteBuffer& request) {
            (new WatchCall(*this, call))->Begin(request);
          },
      .is_never_held = true};
}

Health::Status Health::StatusOf(const std::string& service) const {
  if (!services_.contains(service)) return HealthCheckResponse::SERVICE_UNKNOWN;
  return serving_ ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

void Health::Stop() {
  const std::lock_guard lock(mutex_);
  serving_ = false;
  // Telling may end one.
  const std::set<WatchCall*> watches = watches_;
  for (WatchCall* watch : watches) watch->Tell();
}

}  // namespace billing::server
