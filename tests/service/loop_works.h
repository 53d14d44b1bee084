// A loop's thread, and works for it.
#ifndef BILLING_TESTS_SERVICE_LOOP_WORKS_H_
#define BILLING_TESTS_SERVICE_LOOP_WORKS_H_

#include <future>
#include <memory>
#include <thread>

#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "server/connection.h"
#include "server/rpc/call_loop.h"

namespace billing::server {

// Says which thread it ran on.
class Work final : public LoopWork {
 public:
  void RunOnLoop() override { ran_on_.set_value(std::this_thread::get_id()); }
  std::thread::id RanOn() { return ran_on_.get_future().get(); }

 private:
  std::promise<std::thread::id> ran_on_;
};

// Keeps the loop at work until it is let go.
class Hold final : public LoopWork {
 public:
  void RunOnLoop() override {
    begun_.set_value();
    end_.get_future().wait();
  }
  void AwaitBegin() { begun_.get_future().wait(); }
  void End() { end_.set_value(); }

 private:
  std::promise<void> begun_;
  std::promise<void> end_;
};

// A loop by itself, with a call under way until it is stopped.
class LoopAlone {
 public:
  // `connections` outlives it.
  explicit LoopAlone(const Connections& connections) {
    grpc::ServerBuilder builder;
    builder.RegisterAsyncGenericService(&service_);
    loop_ = std::make_unique<CallLoop>(builder.AddCompletionQueue(), connections);
    server_ = builder.BuildAndStart();
    loop_->Run();
    loop_->CallBegins();
  }
  ~LoopAlone() { Stop(); }
  LoopAlone(const LoopAlone&) = delete;
  LoopAlone& operator=(const LoopAlone&) = delete;

  CallLoop* operator->() const { return loop_.get(); }
  CallLoop& operator*() const { return *loop_; }

  // The call has ended. May be repeated.
  void Stop() {
    if (loop_ == nullptr) return;
    loop_->CallEnds();
    server_->Shutdown();
    loop_->Stop();
    server_.reset();
    loop_.reset();
  }

 private:
  grpc::AsyncGenericService service_;
  std::unique_ptr<CallLoop> loop_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace billing::server

#endif  // BILLING_TESTS_SERVICE_LOOP_WORKS_H_
