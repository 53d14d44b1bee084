#include "tools/bench/echo.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <deque>
#include <memory>
#include <string>

namespace billing::bench {
namespace {

// Calls that may wait to be taken up, each with its own place.
constexpr size_t kPlaces = 256;

// Takes up one call after another.
class Place {
 public:
  Place(grpc::AsyncGenericService& service, grpc::ServerCompletionQueue& queue,
        const grpc::ByteBuffer& reply)
      : service_(service), queue_(queue), reply_(reply) {}

  void Wait() {
    context_ = std::make_unique<grpc::GenericServerContext>();
    stream_ = std::make_unique<grpc::GenericServerAsyncReaderWriter>(context_.get());
    next_ = Step::kRead;
    service_.RequestCall(context_.get(), stream_.get(), &queue_, &queue_, this);
  }

  // What was asked for has happened, or failed with the caller's connection.
  void Go(bool ok) {
    switch (next_) {
      case Step::kRead:
        next_ = Step::kAnswer;
        stream_->Read(&request_, this);
        return;
      case Step::kAnswer:
        next_ = Step::kWait;
        if (!ok) return stream_->Finish(grpc::Status::CANCELLED, this);
        stream_->WriteAndFinish(reply_, grpc::WriteOptions(), grpc::Status::OK, this);
        return;
      case Step::kWait:
        return Wait();
    }
  }

 private:
  enum class Step { kRead, kAnswer, kWait };

  grpc::AsyncGenericService& service_;
  grpc::ServerCompletionQueue& queue_;
  const grpc::ByteBuffer& reply_;
  std::unique_ptr<grpc::GenericServerContext> context_;
  std::unique_ptr<grpc::GenericServerAsyncReaderWriter> stream_;
  grpc::ByteBuffer request_;
  Step next_ = Step::kRead;
};

grpc::ByteBuffer ReplyOf(size_t bytes) {
  const grpc::Slice slice(std::string(bytes, 'x'));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

int ServeEcho(size_t reply_bytes) {
  const grpc::ByteBuffer reply = ReplyOf(reply_bytes);
  grpc::AsyncGenericService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterAsyncGenericService(&service);
  const auto queue = builder.AddCompletionQueue();
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::deque<Place> places;
  while (places.size() < kPlaces) places.emplace_back(service, *queue, reply).Wait();
  std::printf("echo listen=127.0.0.1:%d \n", port);
  std::fflush(stdout);
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) static_cast<Place*>(tag)->Go(ok);
  return 0;
}

}  // namespace billing::bench
