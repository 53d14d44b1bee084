#include "tools/billingctl/session.h"

#include <chrono>

namespace billing::billingctl {

std::shared_ptr<grpc::ChannelInterface> ConnectTo(const std::string& address) {
  grpc::ChannelArguments arguments;
  // billingd is inside: a proxy set for the outside world would get the credentials.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetUserAgentPrefix("billingctl");
  // A watch whose server comes back is not to wait for minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void Session::Prepare(grpc::ClientContext& context) const {
  context.set_deadline(std::chrono::system_clock::now() + settings_.timeout);
  Identify(context);
}

void Session::Identify(grpc::ClientContext& context) const {
  if (!settings_.principal.empty()) context.AddMetadata("x-principal", settings_.principal);
  if (!settings_.roles.empty()) context.AddMetadata("x-roles", settings_.roles);
  if (!settings_.on_behalf_of.empty()) {
    context.AddMetadata("x-on-behalf-of", settings_.on_behalf_of);
  }
}

}  // namespace billing::billingctl
