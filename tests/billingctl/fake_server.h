// A gRPC server within the test: it answers what it is told and remembers what it was
// asked. The whole client runs against it, wire included.
#ifndef BILLING_TESTS_BILLINGCTL_FAKE_SERVER_H_
#define BILLING_TESTS_BILLINGCTL_FAKE_SERVER_H_

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/grpcpp.h"
#include "tools/billingctl/failure.h"

namespace billing::billingctl {

class FakeServer : public grpc::CallbackGenericService {
 public:
  struct Call {
    // `AddCard`.
    std::string method;
    std::string request;
    std::map<std::string, std::string> metadata;
    bool has_deadline = false;
  };

  FakeServer();
  ~FakeServer() override;

  // What the next call gets, in the order of these.
  void Answer(const google::protobuf::Message& response);
  void Fail(const grpc::Status& status);
  // A stream of these, which ends with `status`.
  template <class Response>
  void Stream(const std::vector<Response>& responses, const grpc::Status& status) {
    Reply reply{.status = status, .responses = {}};
    for (const Response& response : responses) {
      reply.responses.push_back(response.SerializeAsString());
    }
    Add(std::move(reply));
  }

  std::vector<Call> Calls() const;

  // The requests so far as text, one line each: `AddCard parent: "…" …`.
  template <class Request>
  std::string Asked() const {
    std::string text;
    for (const Call& call : Calls()) {
      Request request;
      const bool parsed = request.ParseFromString(call.request);
      text += call.method + " " + (parsed ? request.ShortDebugString() : "unreadable") + "\n";
    }
    return text;
  }

  std::shared_ptr<grpc::Channel> Channel();

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  class Reactor;
  struct Reply {
    grpc::Status status;
    std::vector<std::string> responses;
  };

  void Add(Reply reply);
  Reply TakeReply();
  void Remember(Call call);

  mutable std::mutex mutex_;
  std::deque<Reply> replies_;
  std::vector<Call> calls_;
  std::unique_ptr<grpc::Server> server_;
};

// What a run of billingctl left.
struct Printed {
  ExitCode code = ExitCode::kOk;
  std::string out;
  std::string err;
};

// Runs billingctl with these arguments against the server. Times are shown in a zone
// two hours east of UTC; fresh request ids are kFreshRequestId.
Printed RunLine(FakeServer& server, const std::vector<std::string>& arguments);

inline constexpr char kFreshRequestId[] = "0190b2a0-0000-7000-8000-000000000001";

// A status as billingd makes it. `details` are google.rpc messages.
grpc::Status StatusWith(grpc::StatusCode code, const std::string& message,
                        const std::vector<const google::protobuf::Message*>& details);

}  // namespace billing::billingctl

#endif  // BILLING_TESTS_BILLINGCTL_FAKE_SERVER_H_
