// Every service that the protos declare is served whole.
#include <grpcpp/generic/generic_stub.h>

#include "google/protobuf/descriptor.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::ServiceDescriptor;

std::vector<const ServiceDescriptor*> DeclaredServices() {
  std::vector<const ServiceDescriptor*> services;
  for (const char* file :
       {"admin", "billing_account", "billing_profile", "bulk", "history", "integrity",
        "invoice_payment", "payment_method", "payment", "subscription", "transfer"}) {
    const auto* found = DescriptorPool::generated_pool()->FindFileByName(
        "billing/v1/" + std::string(file) + "_service.proto");
    for (int i = 0; i < found->service_count(); ++i) services.push_back(found->service(i));
  }
  return services;
}

class Services : public ServiceTest {
 protected:
  // The code that a call with an empty request gets from nobody in particular.
  grpc::StatusCode CallWithNothing(const std::string& method) {
    grpc::GenericStub stub(NewChannel());
    grpc::ClientContext context;
    Identify(context, {});
    grpc::CompletionQueue queue;
    const grpc::Slice nothing;
    const grpc::ByteBuffer request(&nothing, 1);
    grpc::ByteBuffer response;
    grpc::Status status;
    const auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
    call->StartCall();
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    return status.error_code();
  }
};

TEST_F(Services, EveryMethodIsServed) {
  for (const ServiceDescriptor* service : DeclaredServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string method = "/" + service->full_name() + "/" + service->method(i)->name();
      const auto code = CallWithNothing(method);
      EXPECT_TRUE(code == grpc::StatusCode::INVALID_ARGUMENT ||
                  code == grpc::StatusCode::UNAUTHENTICATED)
          << method << " " << code;
    }
  }
  EXPECT_EQ(CallWithNothing("/billing.v1.PaymentService/Refund"), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(Services, EveryServicesHealthIsTold) {
  const auto stub = grpc::health::v1::Health::NewStub(NewChannel());
  for (const ServiceDescriptor* service : DeclaredServices()) {
    grpc::ClientContext context;
    Identify(context, {});
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service->full_name());
    grpc::health::v1::HealthCheckResponse response;
    const auto status = stub->Check(&context, request, &response);
    EXPECT_TRUE(status.ok()) << service->full_name() << status.error_message();
    EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  }
}

}  // namespace
}  // namespace billing::server
