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

// Serves one call with one request and deletes itself.
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
    reply_ = server_.TakeReply();
    Go();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    Go();
  }

  void OnDone() override { delete this; }

 private:
  void Go() {
    if (next_ == reply_.responses.size()) return Finish(reply_.status);
    response_ = BufferOf(reply_.responses[next_++]);
    StartWrite(&response_);
  }

  FakeServer& server_;
  Call call_;
  Reply reply_;
  size_t next_ = 0;
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
  Add({grpc::Status::OK, {response.SerializeAsString()}});
}

void FakeServer::Fail(const grpc::Status& status) { Add({status, {}}); }

void FakeServer::Add(Reply reply) {
  const std::lock_guard lock(mutex_);
  replies_.push_back(std::move(reply));
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
    return {grpc::Status(grpc::StatusCode::INTERNAL, "the test expects no further call"), {}};
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
  CommandLine line(
      {.out = out,
       .err = err,
       .colour = false,
       .local_zone = absl::FixedTimeZone(2 * 60 * 60),
       .connect = [&](const std::string&) { return server.Channel(); },
       .new_request_id = [] { return std::string(kFreshRequestId); },
       .waiting = {.now = [] { return std::chrono::milliseconds(0); }, .pause = [](auto) {}}});
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
