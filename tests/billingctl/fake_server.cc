#include "tests/billingctl/fake_server.h"

#include <sstream>
#include <utility>

#include "google/rpc/status.pb.h"
#include "tools/billingctl/command_line.h"

namespace billing::billingctl {
namespace {

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

// Serves one unary call and deletes itself.
class FakeServer::Reactor : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(FakeServer& server, grpc::GenericCallbackServerContext& context) : server_(server) {
    call_.method = context.method().substr(context.method().rfind('/') + 1);
    for (const auto& [key, value] : context.client_metadata()) {
      call_.metadata[std::string(key.data(), key.size())] = std::string(value.data(), value.size());
    }
    call_.has_deadline = context.deadline() != std::chrono::system_clock::time_point::max();
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::INTERNAL, "no request"));
    call_.request = BytesOf(request_);
    server_.Remember(std::move(call_));
    const Reply reply = server_.TakeReply();
    if (!reply.status.ok()) return Finish(reply.status);
    response_ = BufferOf(reply.response);
    StartWriteAndFinish(&response_, grpc::WriteOptions(), reply.status);
  }

  void OnDone() override { delete this; }

 private:
  FakeServer& server_;
  Call call_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

FakeServer::FakeServer() {
  grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(this);
  server_ = builder.BuildAndStart();
}

FakeServer::~FakeServer() { server_->Shutdown(); }

void FakeServer::Answer(const google::protobuf::Message& response) {
  const std::lock_guard lock(mutex_);
  replies_.push_back({grpc::Status::OK, response.SerializeAsString()});
}

void FakeServer::Fail(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  replies_.push_back({status, ""});
}

std::vector<FakeServer::Call> FakeServer::Calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::shared_ptr<grpc::Channel> FakeServer::Channel() {
  return server_->InProcessChannel(grpc::ChannelArguments());
}

grpc::ServerGenericBidiReactor* FakeServer::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return new Reactor(*this, *context);
}

FakeServer::Reply FakeServer::TakeReply() {
  const std::lock_guard lock(mutex_);
  if (replies_.empty()) {
    return {grpc::Status(grpc::StatusCode::INTERNAL, "the test expects no further call"), ""};
  }
  Reply reply = std::move(replies_.front());
  replies_.pop_front();
  return reply;
}

void FakeServer::Remember(Call call) {
  const std::lock_guard lock(mutex_);
  calls_.push_back(std::move(call));
}

Printed RunLine(FakeServer& server, const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  CommandLine line({.out = out,
                    .err = err,
                    .colour = false,
                    .local_zone = absl::FixedTimeZone(2 * 60 * 60),
                    .connect = [&](const std::string&) { return server.Channel(); },
                    .new_request_id = [] { return std::string(kFreshRequestId); }});
  const ExitCode code = line.Run(arguments);
  return {code, out.str(), err.str()};
}

grpc::Status StatusWith(grpc::StatusCode code, const std::string& message,
                        const std::vector<const google::protobuf::Message*>& details) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(code));
  status.set_message(message);
  for (const google::protobuf::Message* detail : details) {
    status.add_details()->PackFrom(*detail);
  }
  return grpc::Status(code, message, status.SerializeAsString());
}

}  // namespace billing::billingctl
