#include "server/engine/rehearsal.h"

#include <utility>

#include "aggregates/kernel/time.h"

namespace billing::server {

Rehearsal::Rehearsal(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {
  threads_.reserve(options_.threads);
  while (threads_.size() < options_.threads) threads_.emplace_back([this] { Loop(); });
}

void Rehearsal::Begin() {
  if (options_.threads == 0) return;
  const std::lock_guard lock(mutex_);
  if (on_.exchange(true, std::memory_order_relaxed)) return;
  second_ends_us_ = clock_.SteadyUs() + kernel::kMicrosecondsPerSecond;
  commands_ = 0;
  blocks_ = 0;
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
    const uint64_t blocks = Rehearse(*item.submission);
    lock.lock();
    item.rehearsed = true;
    Count(blocks);
    PassOn(lock);
  }
}

uint64_t Rehearsal::Rehearse(const Submission& submission) const {
  const uint64_t before = options_.disk_blocks_read();
  options_.rehearse(submission);
  return options_.disk_blocks_read() - before;
}

void Rehearsal::Count(uint64_t blocks) {
  rehearsed_.fetch_add(1, std::memory_order_relaxed);
  ++commands_;
  blocks_ += blocks;
  const int64_t now_us = clock_.SteadyUs();
  if (now_us < second_ends_us_) return;
  if (blocks_ < kBlocksPerCommand * commands_) on_.store(false, std::memory_order_relaxed);
  second_ends_us_ = now_us + kernel::kMicrosecondsPerSecond;
  commands_ = 0;
  blocks_ = 0;
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
