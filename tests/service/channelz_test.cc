// What gRPC tells of itself, where it is allowed to.
#include "grpc/channelz/v1/channelz.grpc.pb.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using grpc::channelz::v1::Channelz;

class ChannelzTest : public ServiceTest {
 protected:
  std::unique_ptr<Channelz::Stub> StubOf(const std::string& address) {
    return Channelz::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  }

  // One that tells, beside the fixture's.
  void StartTelling() {
    server_options_.channelz = true;
    auto socket = Listen({.host = "127.0.0.1", .port = 0});
    ASSERT_TRUE(socket.ok()) << socket.status();
    stub_ = StubOf(socket->address.text());
    auto server = GrpcServer::Start(server_options_, {*engine_, credentials_, logger_, metrics_},
                                    *std::move(socket));
    ASSERT_TRUE(server.ok()) << server.status();
    telling_ = *std::move(server);
  }

  std::unique_ptr<GrpcServer> telling_;
  std::unique_ptr<Channelz::Stub> stub_;
};

TEST_F(ChannelzTest, IsNotServedUnlessItIsAskedFor) {
  grpc::ClientContext context;
  grpc::channelz::v1::GetServersResponse response;
  const auto stub = StubOf(grpc_->address().text());
  EXPECT_EQ(stub->GetServers(&context, {}, &response).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ChannelzTest, TellsOfServersAndTheirConnections) {
  StartTelling();
  grpc::ClientContext servers_context;
  grpc::channelz::v1::GetServersResponse servers;
  ASSERT_TRUE(stub_->GetServers(&servers_context, {}, &servers).ok());
  ASSERT_GE(servers.server_size(), 1);
  const auto& newest = *servers.server().rbegin();
  grpc::ClientContext sockets_context;
  grpc::channelz::v1::GetServerSocketsRequest of_newest;
  of_newest.set_server_id(newest.ref().server_id());
  grpc::channelz::v1::GetServerSocketsResponse sockets;
  ASSERT_TRUE(stub_->GetServerSockets(&sockets_context, of_newest, &sockets).ok());
  ASSERT_EQ(sockets.socket_ref_size(), 1) << "the one that asks";
  grpc::ClientContext socket_context;
  grpc::channelz::v1::GetSocketRequest of_socket;
  of_socket.set_socket_id(sockets.socket_ref(0).socket_id());
  grpc::channelz::v1::GetSocketResponse socket;
  ASSERT_TRUE(stub_->GetSocket(&socket_context, of_socket, &socket).ok());
  EXPECT_GE(socket.socket().data().streams_started(), 3);
}

TEST_F(ChannelzTest, KnowsNothingOfOtherNumbers) {
  StartTelling();
  grpc::ClientContext context;
  grpc::channelz::v1::GetServerRequest request;
  request.set_server_id(1'000'000);
  grpc::channelz::v1::GetServerResponse response;
  EXPECT_EQ(stub_->GetServer(&context, request, &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace billing::server
