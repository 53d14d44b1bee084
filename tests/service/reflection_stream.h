// A stream of questions to the server's reflection, as raw bytes.
#ifndef BILLING_TESTS_SERVICE_REFLECTION_STREAM_H_
#define BILLING_TESTS_SERVICE_REFLECTION_STREAM_H_

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"

namespace billing::server {

class ReflectionStream {
 public:
  explicit ReflectionStream(const std::shared_ptr<grpc::Channel>& channel) : stub_(channel) {
    context_.set_deadline(std::chrono::system_clock::now() + kPatience);
    stream_ = stub_.PrepareCall(
        &context_, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue_);
    stream_->StartCall(nullptr);
    EXPECT_TRUE(Wait());
  }

  // A ServerReflectionRequest's bytes, and its answer's.
  std::string Ask(const std::string& question) {
    const grpc::Slice bytes(question);
    stream_->Write(grpc::ByteBuffer(&bytes, 1), nullptr);
    EXPECT_TRUE(Wait());
    grpc::ByteBuffer answer;
    stream_->Read(&answer, nullptr);
    EXPECT_TRUE(Wait());
    grpc::Slice whole;
    EXPECT_TRUE(answer.DumpToSingleSlice(&whole).ok());
    return {reinterpret_cast<const char*>(whole.begin()), whole.size()};
  }
  void Cancel() { context_.TryCancel(); }
  // What the server ends it with.
  grpc::Status End() {
    grpc::Status status;
    stream_->Finish(&status, nullptr);
    EXPECT_TRUE(Wait());
    return status;
  }

 private:
  static constexpr std::chrono::seconds kPatience{30};

  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

}  // namespace billing::server

#endif  // BILLING_TESTS_SERVICE_REFLECTION_STREAM_H_
