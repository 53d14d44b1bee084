// What the server bounds, and what it says about itself.
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "tests/service/reflection_stream.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using namespace billing::v1;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

class Limits : public ServiceTest {
 protected:
  HealthCheckResponse::ServingStatus HealthOf(const std::string& service) {
    const auto stub = grpc::health::v1::Health::NewStub(NewChannel());
    grpc::ClientContext context;
    Identify(context, {});
    HealthCheckRequest request;
    request.set_service(service);
    HealthCheckResponse response;
    const auto status = stub->Check(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.status();
  }

  // One question to the reflection service, as raw bytes of a ServerReflectionRequest.
  std::string Reflected(const std::string& question) {
    ReflectionStream stream(NewChannel());
    const std::string answer = stream.Ask(question);
    stream.Cancel();
    stream.End();
    return answer;
  }

  grpc::StatusCode ListAccountsOver(const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = BillingAccountService::NewStub(channel);
    grpc::ClientContext context;
    Identify(context, kAlice);
    ListBillingAccountsResponse response;
    return stub->ListBillingAccounts(&context, {}, &response).error_code();
  }
};

TEST_F(Limits, AMessageOf10MiBIsMalformedNamesItsLargestFieldAndTheServerGoesOn) {
  AddCardRequest request = Card("visa");
  request.mutable_card()->set_last_four("?");  // of what is too large nothing else is read
  request.mutable_card()->set_holder_name(std::string(size_t{10} << 20, 'x'));
  const Details details = AddCard(request).details();
  EXPECT_EQ(details.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(details.reason, "INVALID_REQUEST");
  EXPECT_EQ(details.fields, std::vector<std::string>{"card.holder_name"});
  GetCardRequest get;
  get.set_name(std::string(size_t{1} << 20, 'x'));
  EXPECT_EQ(GetCard(get).details().fields, std::vector<std::string>{"name"});
  HaveCard("visa");
}

TEST_F(Limits, AMessageBeyondTheReceiveLimitIsRefusedByTheTransportAndTheServerGoesOn) {
  AddCardRequest request = Card("visa");
  request.mutable_card()->set_holder_name(std::string(size_t{17} << 20, 'x'));
  const auto result = AddCard(request);
  EXPECT_EQ(result.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(result.details().reason, "");
  HaveCard("visa");
}

TEST_F(Limits, AMessageUpTo256KiBIsReadAndEveryBadFieldNamed) {
  AddCardRequest request = Card("visa");
  request.mutable_card()->set_last_four("?");
  request.mutable_card()->set_holder_name(std::string(250 * 1'024, 'x'));
  EXPECT_EQ(AddCard(request).details().fields,
            (std::vector<std::string>{"card.last_four", "card.holder_name"}));
}

TEST_F(Limits, TextThatIsNotUtf8IsAMalformedRequest) {
  grpc::GenericStub stub(NewChannel());
  grpc::ClientContext context;
  Identify(context, kAlice);
  // GetCardRequest{name: "\xff"}
  const grpc::Slice bytes("\x0a\x01\xff", 3);
  const grpc::ByteBuffer request(&bytes, 1);
  grpc::ByteBuffer response;
  grpc::CompletionQueue queue;
  const auto call =
      stub.PrepareUnaryCall(&context, "/billing.v1.PaymentMethodService/GetCard", request, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(DetailsOf(status).reason, "INVALID_REQUEST");
  EXPECT_EQ(DetailsOf(status).fields, std::vector<std::string>{"name"});
  HaveCard("visa");
}

TEST_F(Limits, HealthIsToldOverallAndPerService) {
  EXPECT_EQ(HealthOf(""), HealthCheckResponse::SERVING);
  for (const char* service :
       {"billing.v1.BillingAccountService", "billing.v1.HistoryService",
        "billing.v1.PaymentMethodService", "billing.v1.SubscriptionService"}) {
    EXPECT_EQ(HealthOf(service), HealthCheckResponse::SERVING) << service;
  }
}

TEST_F(Limits, ReflectionListsOurServicesAndResolvesHealth) {
  // list_services (7): "*"
  const std::string services = Reflected("\x3a\x01*");
  for (const char* service :
       {"billing.v1.BillingAccountService", "billing.v1.HistoryService",
        "billing.v1.PaymentMethodService", "billing.v1.SubscriptionService"}) {
    EXPECT_NE(services.find(service), std::string::npos) << service;
  }
  // file_containing_symbol (4)
  const std::string health = Reflected("\x22\x15grpc.health.v1.Health");
  EXPECT_NE(health.find("HealthCheckRequest"), std::string::npos);
}

TEST_F(Limits, BeyondTheConnectionCapNewOnesAreTurnedAwayUntilOneEnds) {
  server_options_.connections_max = 2;
  Restart();
  auto first = NewChannel();
  auto second = NewChannel();
  ASSERT_EQ(ListAccountsOver(first), grpc::StatusCode::OK);
  ASSERT_EQ(ListAccountsOver(second), grpc::StatusCode::OK);
  EXPECT_EQ(ListAccountsOver(NewChannel()), grpc::StatusCode::UNAVAILABLE);
  first.reset();
  // The end of a connection is noticed a little later.
  grpc::StatusCode code = grpc::StatusCode::UNAVAILABLE;
  for (int i = 0; i < 100 && code != grpc::StatusCode::OK; ++i) {
    code = ListAccountsOver(NewChannel());
  }
  EXPECT_EQ(code, grpc::StatusCode::OK);
}

}  // namespace
}  // namespace billing::server
