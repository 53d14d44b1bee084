// Calls to billingd.
#ifndef BILLING_TOOLS_BILLINGCTL_SESSION_H_
#define BILLING_TOOLS_BILLINGCTL_SESSION_H_

#include <chrono>
#include <memory>
#include <utility>
#include <variant>

#include "grpcpp/grpcpp.h"
#include "tools/billingctl/failure.h"
#include "tools/billingctl/settings.h"

namespace billing::billingctl {

// A channel to the address. Connects when first used.
std::shared_ptr<grpc::ChannelInterface> ConnectTo(const std::string& address);

// A unary RPC of a generated stub, e.g. &PaymentMethodService::Stub::AddCard.
template <class Stub, class Request, class Response>
using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

template <class Response>
using Answer = std::variant<Response, Failure>;

// Calls over one channel with one identity and one deadline. Not thread-safe.
class Session {
 public:
  Session(std::shared_ptr<grpc::ChannelInterface> channel, CallSettings settings)
      : channel_(std::move(channel)), settings_(std::move(settings)) {}

  template <class Stub, class Request, class Response>
  Answer<Response> Call(Method<Stub, Request, Response> method, const Request& request) const {
    grpc::ClientContext context;
    Prepare(context);
    Stub stub(channel_);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return FailureOf(status);
    return response;
  }

  // For streams, which have no deadline of their own.
  const std::shared_ptr<grpc::ChannelInterface>& channel() const { return channel_; }
  void Identify(grpc::ClientContext& context) const;
  // What one call may take, and a stream without a sign of life.
  std::chrono::milliseconds timeout() const { return settings_.timeout; }

 private:
  // Sets deadline and identity.
  void Prepare(grpc::ClientContext& context) const;

  std::shared_ptr<grpc::ChannelInterface> channel_;
  CallSettings settings_;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_SESSION_H_
