#include "server/engine/waiters.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace billing::server {

void Waiters::Add(uint64_t position, int64_t deadline_us, std::function<void(bool)> reached) {
  bool there = false;
  {
    std::lock_guard lock(mutex_);
    there = position <= published_;
    if (!there && !closed_) {
      by_position_.emplace(position, Waiter{deadline_us, std::move(reached)});
      return;
    }
  }
  reached(there);
}

void Waiters::Published(uint64_t position) {
  std::vector<std::function<void(bool)>> settled;
  {
    std::lock_guard lock(mutex_);
    published_ = position;
    const auto end = by_position_.upper_bound(position);
    for (auto it = by_position_.begin(); it != end; ++it) {
      settled.push_back(std::move(it->second.reached));
    }
    by_position_.erase(by_position_.begin(), end);
  }
  for (auto& reached : settled) reached(true);
}

void Waiters::Expire(int64_t steady_us) {
  std::vector<std::function<void(bool)>> settled;
  {
    std::lock_guard lock(mutex_);
    for (auto it = by_position_.begin(); it != by_position_.end();) {
      if (it->second.deadline_us > steady_us) {
        ++it;
        continue;
      }
      settled.push_back(std::move(it->second.reached));
      it = by_position_.erase(it);
    }
  }
  for (auto& reached : settled) reached(false);
}

void Waiters::Close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  Expire(INT64_MAX);
}

std::optional<int64_t> Waiters::NextDeadline() const {
  std::lock_guard lock(mutex_);
  std::optional<int64_t> next;
  for (const auto& [position, waiter] : by_position_) {
    if (!next || waiter.deadline_us < *next) next = waiter.deadline_us;
  }
  return next;
}

}  // namespace billing::server
