#include "server/rpc/channelz.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "grpc/channelz/v1/channelz.pb.h"
#include "grpc/grpc.h"
#include "grpc/support/alloc.h"
#include "server/calls/messages.h"
#include "server/status.h"

namespace billing::server {
namespace {

namespace channelz = grpc::channelz::v1;

// As the JSON of a response; null: there is nothing of that number.
using Json = std::unique_ptr<char, decltype(&gpr_free)>;

Json Owned(char* json) { return {json, gpr_free}; }

Json Ask(const channelz::GetTopChannelsRequest& request) {
  return Owned(grpc_channelz_get_top_channels(request.start_channel_id()));
}
Json Ask(const channelz::GetServersRequest& request) {
  return Owned(grpc_channelz_get_servers(request.start_server_id()));
}
Json Ask(const channelz::GetServerRequest& request) {
  return Owned(grpc_channelz_get_server(request.server_id()));
}
Json Ask(const channelz::GetServerSocketsRequest& request) {
  return Owned(grpc_channelz_get_server_sockets(request.server_id(), request.start_socket_id(),
                                                request.max_results()));
}
Json Ask(const channelz::GetChannelRequest& request) {
  return Owned(grpc_channelz_get_channel(request.channel_id()));
}
Json Ask(const channelz::GetSubchannelRequest& request) {
  return Owned(grpc_channelz_get_subchannel(request.subchannel_id()));
}
Json Ask(const channelz::GetSocketRequest& request) {
  return Owned(grpc_channelz_get_socket(request.socket_id()));
}

class AskingCall final : public Reactor {
 public:
  explicit AskingCall(Call& call) : Reactor(call) {}

  template <class Request, class Response>
  void Answer(const grpc::ByteBuffer& bytes) {
    Request request;
    auto unreadable = ReadMessage(bytes, request);
    if (!unreadable.empty()) return Finish(ToGrpcStatus(InvalidRequest(std::move(unreadable))));
    const Json json = Ask(request);
    if (json == nullptr) {
      return Finish(
          grpc::Status(grpc::StatusCode::NOT_FOUND, "gRPC knows nothing of that number."));
    }
    Response response;
    const auto parsed = google::protobuf::util::JsonStringToMessage(json.get(), &response);
    if (!parsed.ok()) return Finish(grpc::Status(grpc::StatusCode::INTERNAL, parsed.ToString()));
    Finish(WriteMessage(response));
  }

 private:
  void OnDone() override { delete this; }
};

template <class Request, class Response>
void Add(const char* method, Methods& methods) {
  methods[absl::StrCat("/grpc.channelz.v1.Channelz/", method)] = {
      .start = [](Call& call, const grpc::ByteBuffer& request) {
        (new AskingCall(call))->Answer<Request, Response>(request);
      }};
}

}  // namespace

void AddChannelz(Methods& methods) {
  Add<channelz::GetTopChannelsRequest, channelz::GetTopChannelsResponse>("GetTopChannels", methods);
  Add<channelz::GetServersRequest, channelz::GetServersResponse>("GetServers", methods);
  Add<channelz::GetServerRequest, channelz::GetServerResponse>("GetServer", methods);
  Add<channelz::GetServerSocketsRequest, channelz::GetServerSocketsResponse>("GetServerSockets",
                                                                             methods);
  Add<channelz::GetChannelRequest, channelz::GetChannelResponse>("GetChannel", methods);
  Add<channelz::GetSubchannelRequest, channelz::GetSubchannelResponse>("GetSubchannel", methods);
  Add<channelz::GetSocketRequest, channelz::GetSocketResponse>("GetSocket", methods);
}

}  // namespace billing::server
