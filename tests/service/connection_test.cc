// Connections beside gRPC: found by the peer of a call, and many messages sent in one piece.
#include "server/connection.h"

#include <grpcpp/create_channel_posix.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "server/rpc/answer_burst.h"
#include "tests/service/connection_ends.h"

namespace billing::server {
namespace {

TEST(Connection, WhatIsWrittenInABurstArrivesInOnePiece) {
  const Ends ends("127.0.0.1");
  const auto connection = ends.Duplicate();
  {
    const Connection::Burst burst(connection.get());
    EXPECT_TRUE(ends.IsHeld());
    ends.Send("one ");
    ends.Send("two ");
    ends.Send("three");
  }
  EXPECT_FALSE(ends.IsHeld());
  EXPECT_EQ(ends.Receive(), "one two three");
}

TEST(Connection, ABurstOfNoneOrOfOneThatIsGoneDoesNothing) {
  { const Connection::Burst burst(nullptr); }
  Ends ends("127.0.0.1");
  const auto connection = ends.Duplicate();
  shutdown(ends.near.get(), SHUT_RDWR);
  ends.far.Close();
  { const Connection::Burst burst(connection.get()); }
  EXPECT_FALSE(ends.IsHeld());
}

TEST(Connections, AreFoundByTheirPeersWhileSomebodyHoldsThem) {
  const Ends first("127.0.0.1");
  const Ends second("127.0.0.1");
  Connections connections;
  auto one = first.Duplicate();
  const auto two = second.Duplicate();
  connections.Add(one);
  connections.Add(two);
  const std::string peer = one->peer();
  EXPECT_NE(peer, two->peer());
  EXPECT_EQ(connections.Find(peer), one);
  EXPECT_EQ(connections.Find(two->peer()), two);
  one.reset();
  EXPECT_EQ(connections.Find(peer), nullptr);
  EXPECT_EQ(connections.Find("ipv4:192.0.2.1:1"), nullptr);
}

TEST(AnswerBurst, TheFirstAnswerToAConnectionLeavesAtOnceAndTheOthersTogether) {
  const Ends one("127.0.0.1");
  const Ends other("127.0.0.1");
  Connections connections;
  const auto to_one = one.Duplicate();
  const auto to_other = other.Duplicate();
  connections.Add(to_one);
  connections.Add(to_other);
  AnswerBurst burst(connections);
  burst.Before(to_one->peer());
  EXPECT_FALSE(one.IsHeld());
  one.Send("one");
  EXPECT_EQ(one.Receive(), "one");
  burst.Before(to_other->peer());
  EXPECT_FALSE(other.IsHeld());
  for (const char* text : {"two ", "three ", "four"}) {
    burst.Before(to_one->peer());
    EXPECT_TRUE(one.IsHeld());
    one.Send(text);
  }
  burst.End();
  EXPECT_FALSE(one.IsHeld());
  EXPECT_EQ(one.Receive(), "two three four");
}

TEST(AnswerBurst, AnswersToWhoeverIsGoneAreNoBurst) {
  const Connections connections;
  AnswerBurst burst(connections);
  const Ends ends("127.0.0.1");
  const auto connection = ends.Duplicate();  // nobody was told of it
  burst.Before(connection->peer());
  burst.Before(connection->peer());
  EXPECT_FALSE(ends.IsHeld());
  burst.End();
}

// Takes one call over a connection that gRPC is given, and says what it calls the peer.
class PeerOfACall : public ::testing::TestWithParam<const char*> {
 protected:
  PeerOfACall() {
    grpc::ServerBuilder builder;
    builder.RegisterAsyncGenericService(&service_);
    queue_ = builder.AddCompletionQueue();
    acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
        grpc::InsecureServerCredentials());
    server_ = builder.BuildAndStart();
    service_.RequestCall(&context_, &stream_, queue_.get(), queue_.get(), this);
  }
  ~PeerOfACall() override {
    server_->Shutdown(std::chrono::system_clock::now());
    queue_->Shutdown();
    while (Next()) {
    }
  }

  bool Next() {
    void* tag = nullptr;
    bool ok = false;
    return queue_->Next(&tag, &ok);
  }
  void Give(Descriptor descriptor) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters parameters;
    parameters.fd = descriptor.Release();
    acceptor_->HandleNewConnection(&parameters);
  }

  grpc::AsyncGenericService service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter stream_{&context_};
};

TEST_P(PeerOfACall, IsNamedAsTheConnectionIs) {
  Ends ends(GetParam());
  const auto connection = ends.Duplicate();
  Give(std::move(ends.near));
  const auto channel = grpc::CreateInsecureChannelFromFd("peer", ends.far.Release());
  std::thread caller([&] {
    grpc::CompletionQueue queue;
    grpc::ClientContext context;
    grpc::GenericStub stub(channel);
    const auto call = stub.PrepareUnaryCall(&context, "/any/Method", grpc::ByteBuffer(), &queue);
    call->StartCall();
    grpc::ByteBuffer answer;
    grpc::Status status;
    call->Finish(&answer, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
  });
  ASSERT_TRUE(Next());
  EXPECT_EQ(context_.peer(), connection->peer());
  stream_.Finish(grpc::Status::OK, this);
  Next();
  caller.join();
}

INSTANTIATE_TEST_SUITE_P(Connection, PeerOfACall,
                         testing::Values("127.0.0.1", "::1", "::ffff:127.0.0.1"));

}  // namespace
}  // namespace billing::server
