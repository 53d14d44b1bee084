#include "server/engine/rehearsal.h"

#include <utility>

#include "aggregates/kernel/time.h"

namespace billing::server {
namespace {

constexpr int64_t kLastsUs = kernel::kMicrosecondsPerSecond;

}  // namespace

Rehearsal::Rehearsal(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {
  threads_.reserve(options_.threads);
  while (threads_.size() < options_.threads) threads_.emplace_back([this] { Loop(); });
}

void Rehearsal::Begin() {
  ends_us_.store(clock_.SteadyUs() + kLastsUs, std::memory_order_relaxed);
  on_.store(true, std::memory_order_relaxed);
}

bool Rehearsal::Take(std::unique_ptr<Submission>& submission) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    items_.push_back({std::move(submission)});
    waiting_.fetch_add(1, std::memory_order_relaxed);
  }
  changed_.notify_one();
  return true;
}

void Rehearsal::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Rehearsal::Loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || next_ < items_.size(); });
    if (next_ == items_.size()) return;
    Item& item = items_[next_++];
    lock.unlock();
    Rehearse(*item.submission);
    lock.lock();
    item.rehearsed = true;
    PassOn(lock);
  }
}

void Rehearsal::Rehearse(const Submission& submission) {
  const uint64_t before = options_.disk_blocks_read();
  options_.rehearse(submission);
  rehearsed_.fetch_add(1, std::memory_order_relaxed);
  if (options_.disk_blocks_read() != before) {
    Begin();
  } else if (clock_.SteadyUs() >= ends_us_.load(std::memory_order_relaxed)) {
    on_.store(false, std::memory_order_relaxed);
  }
}

void Rehearsal::PassOn(std::unique_lock<std::mutex>& lock) {
  if (passing_) return;
  passing_ = true;
  while (!items_.empty() && items_.front().rehearsed) {
    std::unique_ptr<Submission> first = std::move(items_.front().submission);
    items_.pop_front();
    --next_;
    lock.unlock();
    options_.pass(std::move(first));
    // Whoever sees that none waits finds this one at the writer.
    waiting_.fetch_sub(1, std::memory_order_release);
    lock.lock();
  }
  passing_ = false;
}

}  // namespace billing::server
