// One class for every call of every service: a service is a table of its methods.
// Requests and responses pass as bytes, so that what cannot be read gets an answer of ours.
#ifndef BILLING_SERVER_SERVICES_SERVICE_CALLS_H_
#define BILLING_SERVER_SERVICES_SERVICE_CALLS_H_

#include <cassert>
#include <string>
#include <utility>

#include "billing/v1/command.pb.h"
#include "google/protobuf/descriptor.h"
#include "server/calls/command_call.h"
#include "server/calls/read_call.h"
#include "server/calls/stream_read_call.h"
#include "server/rpc/call.h"

namespace billing::server {

// `Generated` is the generated service, e.g. billing::v1::HistoryService. Thread-safe;
// never blocks.
template <class Generated>
class ServiceCalls {
 public:
  ServiceCalls(const ServiceCalls&) = delete;
  ServiceCalls& operator=(const ServiceCalls&) = delete;

  // Its methods, which it outlives.
  void AddTo(Methods& methods) const {
    for (const auto& [path, method] : methods_) methods[path] = method;
  }

 protected:
  explicit ServiceCalls(const CallParts& parts) : parts_(parts), commands_(parts), reads_(parts) {}
  ~ServiceCalls() = default;

  // A command; `part` is its request's place in a Command.
  template <class Response, class Request>
  void Command(const std::string& method, Request* (billing::v1::Command::*part)()) {
    Serve(method, [this, part](Call& call, const grpc::ByteBuffer& request) {
      commands_.Start<Response>(
          call, request, [part](billing::v1::Command& command) { return (command.*part)(); });
    });
  }

  // A read that `Query` answers.
  template <class Query, class Request, class Response>
  void Read(const std::string& method) {
    Serve(method, [this](Call& call, const grpc::ByteBuffer& request) {
      reads_.Start<Query, Request, Response>(call, request);
    });
  }

  // A read that `Query` answers with a stream of parts.
  template <class Query, class Request>
  void StreamRead(const std::string& method) {
    Serve(method, [this](Call& call, const grpc::ByteBuffer& request) {
      StartStreamRead<Query, Request>(parts_, call, request);
    });
  }

  // REQUIRES: the service declares it.
  void Serve(const std::string& method, Method::Start start) {
    const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
        Generated::service_full_name());
    assert(service != nullptr);
    const auto* found = service->FindMethodByName(method);
    assert(found != nullptr);
    methods_["/" + service->full_name() + "/" + found->name()] = {
        .start = std::move(start), .has_request = !found->client_streaming()};
  }

 private:
  const CallParts& parts_;
  const CommandCalls commands_;
  const ReadCalls reads_;
  Methods methods_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_SERVICES_SERVICE_CALLS_H_
