// The end of serving.
#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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

// Each has a call on the way whenever gRPC is shut down.
TEST_F(Drain, WhoeverCallsAgainAndAgainIsToldThatTheServerStops) {
  constexpr size_t kCallers = 6;
  std::atomic<size_t> callers_served = 0;
  std::atomic<bool> is_over = false;
  using Failures = std::set<std::pair<grpc::StatusCode, std::string>>;
  const auto call_on = [&] {
    const auto stub = BillingAccountService::NewStub(NewChannel());
    Failures failures;
    for (bool is_served = false; !is_over;) {
      GetBillingAccountRequest request;
      request.set_name(kAcme);
      grpc::ClientContext context;
      Identify(context, kAlice);
      GetBillingAccountResponse response;
      const grpc::Status status = stub->GetBillingAccount(&context, request, &response);
      if (!status.ok()) failures.emplace(status.error_code(), DetailsOf(status).reason);
      if (!std::exchange(is_served, true)) ++callers_served;
    }
    return failures;
  };
  std::vector<std::future<Failures>> callers;
  while (callers.size() < kCallers) callers.push_back(std::async(std::launch::async, call_on));
  while (callers_served < kCallers) std::this_thread::yield();
  grpc_->Drain(20'000);
  is_over = true;
  for (auto& caller : callers) {
    Failures failures = caller.get();
    EXPECT_EQ(failures.erase({grpc::StatusCode::UNAVAILABLE, "STOPPING"}), 1u);
    // There is no connection any more.
    failures.erase({grpc::StatusCode::UNAVAILABLE, ""});
    for (const auto& [code, reason] : failures) ADD_FAILURE() << code << " " << reason;
  }
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
