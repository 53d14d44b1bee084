#include "server/rpc/call_loop.h"

#include <cassert>
#include <utility>

#include "grpc/support/time.h"

namespace billing::server {

CallLoop::CallLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue) : queue_(std::move(queue)) {}

CallLoop::~CallLoop() {
  assert(!thread_.joinable());
  // A queue that was never served has to be emptied all the same.
  queue_->Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<CallEvent*>(tag)->Happened(false);
}

void CallLoop::Run() {
  thread_ = std::thread([this] { Loop(); });
}

void CallLoop::Loop() {
  void* tag = nullptr;
  bool ok = false;
  for (;;) {
    // Saying that it is idle is not worth it while there is more.
    const auto next = queue_->AsyncNext(&tag, &ok, gpr_time_0(GPR_CLOCK_MONOTONIC));
    if (next == grpc::CompletionQueue::SHUTDOWN) return;
    if (next == grpc::CompletionQueue::TIMEOUT) {
      direct_left_.store(kDirectMax, std::memory_order_relaxed);
      const bool is_open = queue_->Next(&tag, &ok);
      direct_left_.store(0, std::memory_order_relaxed);
      if (!is_open) return;
    }
    static_cast<CallEvent*>(tag)->Happened(ok);
  }
}

bool CallLoop::MayRunDirectly() {
  return direct_left_.load(std::memory_order_relaxed) > 0 &&
         direct_left_.fetch_sub(1, std::memory_order_relaxed) > 0;
}

void CallLoop::RunOrPost(LoopWork& work) {
  if (!MayRunDirectly()) return Post(work);
  work.RunOnLoop();
}

void CallLoop::Post(LoopWork& work) {
  // With the lock held: once the work has run, the loop may be gone.
  const std::lock_guard lock(mutex_);
  posted_.push_back(&work);
  if (std::exchange(waking_, true)) return;
  alarm_.Set(queue_.get(), gpr_time_0(GPR_CLOCK_MONOTONIC), static_cast<CallEvent*>(&wake_));
}

void CallLoop::Wake::Happened(bool) { loop_.RunPosted(); }

void CallLoop::RunPosted() {
  {
    const std::lock_guard lock(mutex_);
    running_.swap(posted_);
    waking_ = false;
  }
  for (LoopWork* work : running_) work->RunOnLoop();
  running_.clear();
}

void CallLoop::CallBegins() {
  const std::lock_guard lock(mutex_);
  ++calls_;
}

void CallLoop::CallEnds() {
  const std::lock_guard lock(mutex_);
  if (--calls_ == 0) no_calls_.notify_all();
}

void CallLoop::Stop() {
  {
    std::unique_lock lock(mutex_);
    no_calls_.wait(lock, [this] { return calls_ == 0; });
  }
  queue_->Shutdown();
  thread_.join();
}

}  // namespace billing::server
