// Reads that answer with a stream: parsed and authenticated on the loop's thread, made to wait for
// their min_position without a thread, and answered on one of the stream executor's, which
// waits for the reader: a few parts are made ahead of it, so that not every part costs a change
// of threads.
#ifndef BILLING_SERVER_CALLS_STREAM_READ_CALL_H_
#define BILLING_SERVER_CALLS_STREAM_READ_CALL_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "google/protobuf/message.h"
#include "server/calls/await_position.h"
#include "server/calls/messages.h"
#include "server/calls/stream_call.h"
#include "server/reads/field_checks.h"
#include "server/reads/part_sink.h"

namespace billing::server {

class StreamReadCall : public StreamCall, protected PartSink {
 public:
  using StreamCall::StreamCall;

 protected:
  // On the loop's thread. REQUIRES: Started was called.
  void Run(uint64_t min_position);
  // Sends the parts; says why it could not, if it could not. On a thread of the executor.
  virtual std::optional<Problem> Answer(const StreamSource& source, PartSink& sink) = 0;

 private:
  using Lock = std::unique_lock<std::mutex>;

  void Queue();
  void Read();
  // Waits until `done`; false when nobody reads any more, or nothing is taken for too long: then
  // the reader is let go.
  bool AwaitReader(Lock& lock, absl::FunctionRef<bool()> done);
  // REQUIRES of the two: mutex_.
  bool HasRoom() const;
  void WriteNext();

  bool Send(const google::protobuf::Message& part) final;
  bool stopped() const final { return ended(); }
  void Written(bool ok) final;
  void Gone() final;

  std::optional<kernel::Caller> caller_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<grpc::ByteBuffer> waiting_;
  size_t waiting_bytes_ = 0;
  uint64_t taken_ = 0;
  bool writing_ = false;
  bool gone_ = false;
};

template <class Query>
class StreamedQueryCall final : public StreamReadCall {
 public:
  using StreamReadCall::StreamReadCall;

  void Run(Parsed<Query> parsed, uint64_t min_position) {
    if (auto* violations = std::get_if<std::vector<request::Violation>>(&parsed)) {
      return Fail(InvalidRequest(std::move(*violations)));
    }
    query_ = std::get<Query>(std::move(parsed));
    StreamReadCall::Run(min_position);
  }

 private:
  std::optional<Problem> Answer(const StreamSource& source, PartSink& sink) override {
    return query_->Answer(source, sink);
  }

  std::optional<Query> query_;
};

// `Request` is what `Query` parses. Never blocks.
template <class Query, class Request>
void StartStreamRead(const CallParts& parts, Call& call, const grpc::ByteBuffer& bytes) {
  Request request;
  auto unreadable = ReadMessage(bytes, request);
  static const CallKind kKind = CallOf(Request::descriptor()->name());
  const auto read = std::make_shared<StreamedQueryCall<Query>>(parts, call, kKind);
  read->Started();
  read->Run(unreadable.empty() ? Query::Parse(request) : Parsed<Query>(std::move(unreadable)),
            request.min_position());
}

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_STREAM_READ_CALL_H_
