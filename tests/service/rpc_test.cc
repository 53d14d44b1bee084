// What is ours of the RPC layer: calls as such, health, reflection.
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/descriptor_database.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "server/rpc/reflection.h"
#include "tests/service/service_fixture.h"

namespace billing::server {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using grpc::reflection::v1alpha::ServerReflectionRequest;
using grpc::reflection::v1alpha::ServerReflectionResponse;

class Rpc : public ServiceTest {
 protected:
  HealthCheckRequest Of(const std::string& service) {
    HealthCheckRequest request;
    request.set_service(service);
    return request;
  }
};

TEST_F(Rpc, AHealthWatchIsToldAtOnceAndWhenTheServerStops) {
  const auto stub = Health::NewStub(NewChannel());
  grpc::ClientContext context;
  const auto watch = stub->Watch(&context, Of("billing.v1.HistoryService"));
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  grpc_->Drain(/*patience_ms=*/10'000);
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_FALSE(watch->Read(&response));
  const Details end = DetailsOf(watch->Finish());
  EXPECT_EQ(end.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(end.reason, "STOPPING");
}

TEST_F(Rpc, AHealthWatchOfAnUnknownServiceSaysSoAndGoesOn) {
  const auto stub = Health::NewStub(NewChannel());
  grpc::ClientContext context;
  const auto watch = stub->Watch(&context, Of("billing.v1.Nothing"));
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVICE_UNKNOWN);
  context.TryCancel();
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(Rpc, TheHealthOfAnUnknownServiceIsNotFound) {
  const auto stub = Health::NewStub(NewChannel());
  grpc::ClientContext context;
  HealthCheckResponse response;
  EXPECT_EQ(stub->Check(&context, Of("billing.v1.Nothing"), &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(Rpc, ACallWithoutAMessageIsMalformed) {
  grpc::GenericStub stub(NewChannel());
  grpc::ClientContext context;
  Identify(context, kAlice);
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto stream =
      stub.PrepareCall(&context, "/billing.v1.PaymentMethodService/GetCard", &queue);
  stream->StartCall(nullptr);
  ASSERT_TRUE(wait());
  stream->WritesDone(nullptr);
  ASSERT_TRUE(wait());
  grpc::Status status;
  stream->Finish(&status, nullptr);
  ASSERT_TRUE(wait());
  const Details details = DetailsOf(status);
  EXPECT_EQ(details.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(details.reason, "INVALID_REQUEST");
}

ServerReflectionResponse Asked(const ServerReflectionRequest& request) {
  return Reflect(request, {"billing.v1.HistoryService"});
}

TEST(Reflection, ListsTheServices) {
  ServerReflectionRequest request;
  request.set_list_services("*");
  const auto response = Asked(request);
  ASSERT_EQ(response.list_services_response().service_size(), 1);
  EXPECT_EQ(response.list_services_response().service(0).name(), "billing.v1.HistoryService");
  EXPECT_EQ(response.original_request().list_services(), "*");
}

TEST(Reflection, AFileComesWithAllThatItImportsOnce) {
  ServerReflectionRequest request;
  request.set_file_by_filename("billing/v1/history_service.proto");
  const auto by_name = Asked(request);
  request.set_file_containing_symbol("billing.v1.HistoryService.GetEvent");
  const auto by_symbol = Asked(request);
  const auto& files = by_name.file_descriptor_response().file_descriptor_proto();
  EXPECT_EQ(by_symbol.file_descriptor_response().SerializeAsString(),
            by_name.file_descriptor_response().SerializeAsString());
  google::protobuf::SimpleDescriptorDatabase database;
  for (const std::string& file : files) {
    google::protobuf::FileDescriptorProto proto;
    ASSERT_TRUE(proto.ParseFromString(file));
    ASSERT_TRUE(database.Add(proto)) << proto.name() << " twice";
  }
  google::protobuf::DescriptorPool built(&database);
  EXPECT_NE(built.FindServiceByName("billing.v1.HistoryService"), nullptr);
}

TEST(Reflection, FindsExtensions) {
  ServerReflectionRequest request;
  request.set_all_extension_numbers_of_type("google.protobuf.FieldOptions");
  const auto numbers = Asked(request).all_extension_numbers_response();
  EXPECT_EQ(numbers.base_type_name(), "google.protobuf.FieldOptions");
  ASSERT_GT(numbers.extension_number_size(), 0);
  request.mutable_file_containing_extension()->set_containing_type("google.protobuf.FieldOptions");
  request.mutable_file_containing_extension()->set_extension_number(numbers.extension_number(0));
  EXPECT_GT(Asked(request).file_descriptor_response().file_descriptor_proto_size(), 0);
}

TEST(Reflection, WhatIsNotThereIsNotFound) {
  ServerReflectionRequest request;
  request.set_file_by_filename("nothing.proto");
  EXPECT_EQ(Asked(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  request.set_file_containing_symbol("billing.v1.Nothing");
  EXPECT_EQ(Asked(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  request.set_all_extension_numbers_of_type("billing.v1.Nothing");
  EXPECT_EQ(Asked(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  request.mutable_file_containing_extension()->set_containing_type("billing.v1.Nothing");
  EXPECT_EQ(Asked(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  request.clear_message_request();
  EXPECT_EQ(Asked(request).error_response().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace billing::server
