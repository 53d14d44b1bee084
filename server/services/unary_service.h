// One class for every call of every service: a service is a table of its methods.
// Requests and responses pass as bytes, so that what cannot be read gets an answer of ours.
#ifndef BILLING_SERVER_SERVICES_UNARY_SERVICE_H_
#define BILLING_SERVER_SERVICES_UNARY_SERVICE_H_

#include <cassert>
#include <functional>
#include <string>
#include <utility>

#include "billing/v1/command.pb.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/impl/codegen/callback_common.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/calls/command_call.h"
#include "server/calls/read_call.h"
#include "server/calls/stream_read_call.h"

namespace billing::server {

// `Generated` is the generated service, e.g. billing::v1::HistoryService. Thread-safe;
// never blocks a thread of gRPC.
template <class Generated>
class UnaryService : public Generated::Service {
 protected:
  explicit UnaryService(const CallParts& parts) : parts_(parts), commands_(parts), reads_(parts) {}

  // A command; `part` is its request's place in a Command.
  template <class Response, class Request>
  void Command(const std::string& method, Request* (billing::v1::Command::*part)()) {
    Serve(method, [this, part](grpc::CallbackServerContext* context,
                               const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
      return commands_.Start<Response>(
          *context, *request, [part](billing::v1::Command& command) { return (command.*part)(); },
          response);
    });
  }

  // A read that `Query` answers.
  template <class Query, class Request, class Response>
  void Read(const std::string& method) {
    Serve(method, [this](grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                         grpc::ByteBuffer* response) {
      return reads_.Start<Query, Request, Response>(*context, *request, response);
    });
  }

  // A read that `Query` answers with a stream of parts.
  template <class Query, class Request>
  void StreamRead(const std::string& method) {
    Stream(method, [this](grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
      return StartStreamRead<Query, Request>(parts_, *context, *request);
    });
  }

  using StreamHandler = std::function<grpc::ServerWriteReactor<grpc::ByteBuffer>*(
      grpc::CallbackServerContext*, const grpc::ByteBuffer*)>;
  void Stream(const std::string& method, StreamHandler handler) {
    grpc::Service::MarkMethodRawCallback(
        IndexOf(method),
        new grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
            std::move(handler)));
  }

 private:
  using Handler = std::function<grpc::ServerUnaryReactor*(
      grpc::CallbackServerContext*, const grpc::ByteBuffer*, grpc::ByteBuffer*)>;

  // As the generated WithRawCallbackMethod_… classes do it.
  void Serve(const std::string& method, Handler handler) {
    grpc::Service::MarkMethodRawCallback(
        IndexOf(method),
        new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
            std::move(handler)));
  }

  static int IndexOf(const std::string& method) {
    const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
        Generated::service_full_name());
    assert(service != nullptr);
    const auto* found = service->FindMethodByName(method);
    assert(found != nullptr);
    return found->index();
  }

  const CallParts& parts_;
  const CommandCalls commands_;
  const ReadCalls reads_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_UNARY_SERVICE_H_
