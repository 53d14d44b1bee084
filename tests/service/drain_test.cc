// The end of serving.
#include <future>
#include <thread>

#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;

using Drain = ServiceTest;

TEST_F(Drain, AReadThatWaitsIsAnsweredBeforeDrainReturns) {
  std::promise<void> started;
  auto waiting = std::async(std::launch::async, [&] {
    GetBillingAccountRequest request;
    request.set_name(kAcme);
    request.set_min_position(Head() + 1);
    started.set_value();
    return GetBillingAccount(request).status.error_code();
  });
  started.get_future().wait();
  grpc_->Drain(5'000);
  EXPECT_EQ(waiting.get(), grpc::StatusCode::UNAVAILABLE);
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

TEST_F(Drain, AfterwardsNobodyIsServed) {
  grpc_->Drain(0);
  GetBillingAccountRequest request;
  request.set_name(kAcme);
  EXPECT_EQ(GetBillingAccount(request).status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace billing::server
