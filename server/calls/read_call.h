// Every read, from any service: parsed and authenticated on the loop's thread, made to wait
// for its min_position without a thread, and answered from one version: on the executor, or at
// once when its query says kIsShort, that it looks at a handful of rows at most.
#ifndef BILLING_SERVER_CALLS_READ_CALL_H_
#define BILLING_SERVER_CALLS_READ_CALL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "server/calls/call_parts.h"
#include "server/calls/messages.h"
#include "server/reads/field_checks.h"
#include "server/reads/read_context.h"
#include "server/rpc/call.h"

namespace billing::server {

// What a read knows besides its query.
class ReadCall : public Reactor {
 public:
  struct Options {
    CallKind kind;
    uint64_t min_position = 0;
    bool is_short = false;
  };
  ReadCall(const CallParts& parts, Call& call, const Options& options)
      : Reactor(call),
        parts_(parts),
        options_(options),
        start_us_(parts.engine.clock().SteadyUs()) {}

  // On the loop's thread.
  void Run();
  void Fail(Problem problem);

 protected:
  // The answer, or why there is none.
  virtual Answered<grpc::ByteBuffer> Answer(const ReadContext& context) = 0;

 private:
  void OnDone() override { delete this; }
  void Queue();
  void Read();
  void Count(CallOutcome outcome);

  const CallParts& parts_;
  const Options options_;
  const int64_t start_us_;
  std::optional<kernel::Caller> caller_;
};

template <class Query, class Response>
class QueryCall final : public ReadCall {
 public:
  QueryCall(const CallParts& parts, Call& call, const Options& options)
      : ReadCall(parts, call, options) {}

  void Run(Parsed<Query> parsed) {
    if (auto* violations = std::get_if<std::vector<request::Violation>>(&parsed)) {
      return Fail(InvalidRequest(std::move(*violations)));
    }
    query_ = std::get<Query>(std::move(parsed));
    ReadCall::Run();
  }

 private:
  Answered<grpc::ByteBuffer> Answer(const ReadContext& context) override {
    auto answered = query_->Answer(context);
    if (auto* problem = std::get_if<Problem>(&answered)) return std::move(*problem);
    auto& response = std::get<Response>(answered);
    if constexpr (!requires { Query::kSaysItsPosition; }) response.set_position(context.position);
    return WriteMessage(response);
  }

  std::optional<Query> query_;
};

// Thread-safe; never blocks.
class ReadCalls {
 public:
  explicit ReadCalls(const CallParts& parts) : parts_(parts) {}

  template <class Query, class Request, class Response>
  void Start(Call& call, const grpc::ByteBuffer& bytes) const {
    Request request;
    auto unreadable = ReadMessage(bytes, request);
    uint64_t min_position = 0;
    if constexpr (requires { request.min_position(); }) min_position = request.min_position();
    constexpr bool kIsShort = requires { Query::kIsShort; };
    static const CallKind kKind = CallOf(Request::descriptor()->name());
    auto* read = new QueryCall<Query, Response>(
        parts_, call, {.kind = kKind, .min_position = min_position, .is_short = kIsShort});
    read->Run(unreadable.empty() ? Query::Parse(request) : Parsed<Query>(std::move(unreadable)));
  }

 private:
  const CallParts& parts_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_READ_CALL_H_
