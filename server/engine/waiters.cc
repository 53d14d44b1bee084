#include "server/engine/waiters.h"

#include <utility>
#include <vector>

namespace billing::server {

Waiters::Added Waiters::Add(uint64_t position, int64_t deadline_us,
                            std::function<void(bool)> reached) {
  bool there = false;
  {
    std::lock_guard lock(mutex_);
    there = position <= published_;
    if (!there && !closed_) {
      if (by_position_.size() >= waiters_max_) return Added::kFull;
      const uint64_t number = ++last_number_;
      by_position_.emplace(std::pair(position, number), Waiter{deadline_us, std::move(reached)});
      const auto added = by_deadline_.emplace(std::pair(deadline_us, number), position).first;
      return added == by_deadline_.begin() ? Added::kEarliest : Added::kWaits;
    }
  }
  reached(there);
  return Added::kSettled;
}

void Waiters::Published(uint64_t position) {
  std::vector<std::function<void(bool)>> settled;
  {
    std::lock_guard lock(mutex_);
    published_ = position;
    const auto end = by_position_.upper_bound({position, UINT64_MAX});
    for (auto it = by_position_.begin(); it != end; ++it) {
      by_deadline_.erase({it->second.deadline_us, it->first.second});
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
    const auto end = by_deadline_.upper_bound({steady_us, UINT64_MAX});
    for (auto it = by_deadline_.begin(); it != end; ++it) {
      const auto waiter = by_position_.find({it->second, it->first.second});
      settled.push_back(std::move(waiter->second.reached));
      by_position_.erase(waiter);
    }
    by_deadline_.erase(by_deadline_.begin(), end);
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
  if (by_deadline_.empty()) return std::nullopt;
  return by_deadline_.begin()->first.first;
}

}  // namespace billing::server
