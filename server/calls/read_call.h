// Every read, from any service: parsed and authenticated on the loop's thread, made to wait
// for its min_position without a thread, and answered from one version. Where, its query says:
//   kRowsAtOnce  it reads rows alone: on the loop's thread, at once, when no more than so many are
//                looked at, each of which lies in memory, as do the keys of what is sealed there;
//                what else it turns out to need is done on the executor
//   kIsShort     it reads a handful of rows by their names: the same, of kShortRows
//   neither      on the executor
#ifndef BILLING_SERVER_CALLS_READ_CALL_H_
#define BILLING_SERVER_CALLS_READ_CALL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
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
  // Account and roles of the caller, the thing itself, and what is shown of others with it.
  static constexpr size_t kShortRows = 16;

  struct Options {
    CallKind kind;
    // 0: always on the executor.
    size_t rows_at_once = 0;
  };
  ReadCall(const CallParts& parts, Call& call, const Options& options)
      : Reactor(call),
        parts_(parts),
        options_(options),
        start_us_(parts.engine.clock().SteadyUs()) {}

 protected:
  // On the loop's thread, one of the two.
  void Run(uint64_t min_position);
  void Fail(Problem problem);

  // The answer, or why there is none.
  virtual Answered<grpc::ByteBuffer> Answer(const ReadContext& context) = 0;

 private:
  void OnDone() override { delete this; }
  // On the loop's thread, once its min_position is there.
  void Begin(const projections::Version& version);
  // False: it takes the executor.
  bool ReadAtOnce(const projections::Version& version);
  void Queue();
  void Read();
  Answered<grpc::ByteBuffer> AnswerFrom(const projections::RowReader& rows, uint64_t position,
                                        const Presenter& presenter);
  void End(Answered<grpc::ByteBuffer> answered);
  void Count(CallOutcome outcome);

  const CallParts& parts_;
  const Options options_;
  const int64_t start_us_;
  std::optional<kernel::Caller> caller_;
};

// `Response` is a message, or what gives the bytes of one.
template <class Query, class Request, class Response>
class QueryCall final : public ReadCall {
 public:
  QueryCall(const CallParts& parts, Call& call, const Options& options)
      : ReadCall(parts, call, options) {}

  void Run(const grpc::ByteBuffer& bytes) {
    auto unreadable = ReadMessage(bytes, request_);
    if (!unreadable.empty()) return Fail(InvalidRequest(std::move(unreadable)));
    Parsed<Query> parsed = Query::Parse(request_);
    if (auto* violations = std::get_if<std::vector<request::Violation>>(&parsed)) {
      return Fail(InvalidRequest(std::move(*violations)));
    }
    query_ = std::get<Query>(std::move(parsed));
    uint64_t min_position = 0;
    if constexpr (requires { request_.min_position(); }) min_position = request_.min_position();
    ReadCall::Run(min_position);
  }

 private:
  Answered<grpc::ByteBuffer> Answer(const ReadContext& context) override {
    auto answered = query_->Answer(context);
    if (auto* problem = std::get_if<Problem>(&answered)) return std::move(*problem);
    auto& response = std::get<Response>(answered);
    if constexpr (!requires { Query::kSaysItsPosition; }) response.set_position(context.position);
    if constexpr (std::is_base_of_v<google::protobuf::Message, Response>) {
      return WriteMessage(response);
    } else {
      return std::move(response).Take();
    }
  }

  // A page's query points to it.
  Request request_;
  std::optional<Query> query_;
};

// Thread-safe; never blocks.
class ReadCalls {
 public:
  explicit ReadCalls(const CallParts& parts) : parts_(parts) {}

  template <class Query, class Request, class Response>
  void Start(Call& call, const grpc::ByteBuffer& bytes) const {
    static const ReadCall::Options kOptions = OptionsOf<Query>(Request::descriptor()->name());
    (new QueryCall<Query, Request, Response>(parts_, call, kOptions))->Run(bytes);
  }

 private:
  template <class Query>
  static ReadCall::Options OptionsOf(const std::string& request) {
    ReadCall::Options options{.kind = CallOf(request)};
    if constexpr (requires { Query::kIsShort; }) options.rows_at_once = ReadCall::kShortRows;
    if constexpr (requires { Query::kRowsAtOnce; }) options.rows_at_once = Query::kRowsAtOnce;
    return options;
  }

  const CallParts& parts_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_READ_CALL_H_
