// Every read, from any service: parsed and authenticated on gRPC's thread, made to wait
// for its min_position without a thread, and answered on the executor from one version.
#ifndef BILLING_SERVER_CALLS_READ_CALL_H_
#define BILLING_SERVER_CALLS_READ_CALL_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "server/calls/call_parts.h"
#include "server/calls/messages.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"

namespace billing::server {

// What a read knows besides its query.
class ReadCall : public grpc::ServerUnaryReactor {
 public:
  struct Options {
    std::string rpc;  // the request's message name
    uint64_t min_position = 0;
  };
  ReadCall(const CallParts& parts, grpc::CallbackServerContext& context, Options options)
      : parts_(parts), context_(context), options_(std::move(options)) {}

  // On gRPC's thread.
  void Run();
  void Fail(Problem problem);

 protected:
  // Puts the answer into the response; or says why there is none.
  virtual std::optional<Problem> Answer(const ReadContext& context) = 0;

 private:
  void OnDone() override { delete this; }
  void Queue();
  void Read();

  const CallParts& parts_;
  grpc::CallbackServerContext& context_;
  const Options options_;
  std::optional<kernel::Caller> caller_;
};

template <class Query, class Response>
class QueryCall final : public ReadCall {
 public:
  QueryCall(const CallParts& parts, grpc::CallbackServerContext& context, Options options,
            grpc::ByteBuffer* response)
      : ReadCall(parts, context, std::move(options)), response_(response) {}

  void Run(Parsed<Query> parsed) {
    if (auto* violations = std::get_if<std::vector<request::Violation>>(&parsed)) {
      return Fail(InvalidRequest(std::move(*violations)));
    }
    query_ = std::get<Query>(std::move(parsed));
    ReadCall::Run();
  }

 private:
  std::optional<Problem> Answer(const ReadContext& context) override {
    auto answered = query_->Answer(context);
    if (auto* problem = std::get_if<Problem>(&answered)) return std::move(*problem);
    auto& response = std::get<Response>(answered);
    if constexpr (!requires { Query::kSaysItsPosition; }) response.set_position(context.position);
    *response_ = WriteMessage(response);
    return std::nullopt;
  }

  grpc::ByteBuffer* const response_;
  std::optional<Query> query_;
};

// Thread-safe; never blocks.
class ReadCalls {
 public:
  explicit ReadCalls(const CallParts& parts) : parts_(parts) {}

  template <class Query, class Request, class Response>
  grpc::ServerUnaryReactor* Start(grpc::CallbackServerContext& context,
                                  const grpc::ByteBuffer& bytes, grpc::ByteBuffer* response) const {
    Request request;
    auto unreadable = ReadMessage(bytes, request);
    uint64_t min_position = 0;
    if constexpr (requires { request.min_position(); }) min_position = request.min_position();
    auto* call = new QueryCall<Query, Response>(
        parts_, context, {.rpc = Request::descriptor()->name(), .min_position = min_position},
        response);
    call->Run(unreadable.empty() ? Query::Parse(request) : Parsed<Query>(std::move(unreadable)));
    return call;
  }

 private:
  const CallParts& parts_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_READ_CALL_H_
