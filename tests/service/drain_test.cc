// The end of serving.
#include <chrono>
#include <future>
#include <thread>

#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/service/reflection_stream.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

using Drain = ServiceTest;

// Tells when a call has arrived.
class ArrivalCredentials final : public CredentialChecker {
 public:
  Answered<kernel::Caller> Check(const CallMetadata& metadata) const override {
    arrived_.set_value();
    return InsecureDevCredentials().Check(metadata);
  }
  void WaitForOne() const { arrived_.get_future().wait(); }

 private:
  mutable std::promise<void> arrived_;
};

TEST_F(Drain, AReadThatWaitsIsAnsweredAtOnce) {
  ArrivalCredentials credentials;
  server_options_.min_position_wait_ms = 60'000;
  auto socket = Listen({.host = "127.0.0.1", .port = 0});
  ASSERT_TRUE(socket.ok()) << socket.status();
  const std::string address = socket->address.text();
  auto server = GrpcServer::Start(server_options_, {*engine_, credentials, logger_, metrics_},
                                  *std::move(socket));
  ASSERT_TRUE(server.ok()) << server.status();
  auto waiting = std::async(std::launch::async, [&] {
    const auto stub = BillingAccountService::NewStub(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    GetBillingAccountRequest request;
    request.set_name(kAcme);
    request.set_min_position(Head() + 1);
    grpc::ClientContext context;
    Identify(context, kAlice);
    GetBillingAccountResponse response;
    return DetailsOf(stub->GetBillingAccount(&context, request, &response)).reason;
  });
  credentials.WaitForOne();
  const auto began = std::chrono::steady_clock::now();
  (*server)->Drain(20'000);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  EXPECT_EQ(waiting.get(), "POSITION_NOT_REACHED");
}

TEST_F(Drain, WatchersOfHealthAreToldNotServing) {
  const auto stub = grpc::health::v1::Health::NewStub(NewChannel());
  grpc::ClientContext context;
  Identify(context, {});
  grpc::health::v1::HealthCheckResponse response;
  const auto watch = stub->Watch(&context, {});
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  std::thread drain([this] { grpc_->Drain(200); });
  EXPECT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  drain.join();
}

// Whoever looks around with a stream of questions would keep it open.
TEST_F(Drain, QuestionsToReflectionAreEnded) {
  ReflectionStream stream(NewChannel());
  stream.Ask("");
  grpc_->Drain(20'000);
  EXPECT_EQ(DetailsOf(stream.End()).reason, "STOPPING");
}

TEST_F(Drain, AfterwardsNobodyIsServed) {
  grpc_->Drain(0);
  GetBillingAccountRequest request;
  request.set_name(kAcme);
  EXPECT_EQ(GetBillingAccount(request).status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace billing::server
