#include "server/rpc/call_loop.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include "grpc/support/time.h"

namespace billing::server {

CallLoop::CallLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue,
                   const Connections& connections)
    : queue_(std::move(queue)), burst_(connections) {}

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
  while (TakeEvents()) {
    HandleEvents();
    GiveAnswers();
  }
}

// Waits for something to happen. False: nothing will any more.
bool CallLoop::TakeEvents() {
  const gpr_timespec at_once = gpr_time_0(GPR_CLOCK_MONOTONIC);
  void* tag = nullptr;
  bool ok = false;
  // Saying that it is idle is not worth it while there is more.
  const auto next = queue_->AsyncNext(&tag, &ok, at_once);
  if (next == grpc::CompletionQueue::SHUTDOWN) return false;
  if (next == grpc::CompletionQueue::TIMEOUT) {
    direct_left_.store(kDirectMax, std::memory_order_relaxed);
    const bool is_open = queue_->Next(&tag, &ok);
    direct_left_.store(0, std::memory_order_relaxed);
    if (!is_open) return false;
  }
  Take(tag, ok);
  for (size_t taken = 1; taken < kEventsMax; ++taken) {
    if (queue_->AsyncNext(&tag, &ok, at_once) != grpc::CompletionQueue::GOT_EVENT) break;
    Take(tag, ok);
  }
  return true;
}

void CallLoop::Take(void* tag, bool ok) {
  auto* event = static_cast<CallEvent*>(tag);
  happened_[static_cast<size_t>(event->step())].push_back({event, ok});
}

void CallLoop::HandleEvents() {
  for (std::vector<Happening>& alike : happened_) {
    for (const auto& [event, ok] : alike) event->Happened(ok);
    alike.clear();
  }
}

void CallLoop::Answer(LoopAnswer& answer) {
  if (std::this_thread::get_id() != thread_.get_id()) return answer.Give();
  answers_.push_back(&answer);
  if (answers_.size() == kAnswersMax) GiveAnswers();
}

void CallLoop::GiveAnswers() {
  const bool is_burst = answers_.size() > 1;
  for (LoopAnswer* answer : answers_) {
    if (is_burst) burst_.Before(answer->peer());
    answer->Give();
  }
  answers_.clear();
  burst_.End();
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
  Put(posted_, work);
}

void CallLoop::PostBehind(LoopWork& work) {
  const std::lock_guard lock(mutex_);
  Put(posted_behind_, work);
}

void CallLoop::Put(std::deque<LoopWork*>& works, LoopWork& work) {
  works.push_back(&work);
  if (!std::exchange(waking_, true)) WakeUp();
}

void CallLoop::WakeUp() {
  alarm_.Set(queue_.get(), gpr_time_0(GPR_CLOCK_MONOTONIC), static_cast<CallEvent*>(&wake_));
}

void CallLoop::Wake::Happened(bool) { loop_.RunPosted(); }

void CallLoop::RunPosted() {
  {
    const std::lock_guard lock(mutex_);
    TakeWorks(posted_, kWorksMax);
    TakeWorks(posted_behind_, kWorksBehindMax);
    // The rest comes in a turn of its own, behind what has happened by then.
    waking_ = !posted_.empty() || !posted_behind_.empty();
    if (waking_) WakeUp();
  }
  for (LoopWork* work : running_) work->RunOnLoop();
  running_.clear();
}

void CallLoop::TakeWorks(std::deque<LoopWork*>& works, size_t works_max) {
  const auto end = works.begin() + static_cast<ptrdiff_t>(std::min(works.size(), works_max));
  running_.insert(running_.end(), works.begin(), end);
  works.erase(works.begin(), end);
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
