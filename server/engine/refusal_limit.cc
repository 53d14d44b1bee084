#include "server/engine/refusal_limit.h"

#include <utility>

namespace billing::server {
namespace {

constexpr int64_t kMinuteUs = 60'000'000;

}  // namespace

bool RefusalLimit::Allow(uint64_t account, const std::string& principal, int64_t steady_us) {
  if (per_minute_ == 0) return true;
  const int64_t minute = steady_us / kMinuteUs;
  if (counters_.size() >= kCountersMax) {
    absl::erase_if(counters_, [&](const auto& entry) { return entry.second.minute != minute; });
    // Every counter is of this minute: forgetting them allows too much, never too little.
    if (counters_.size() >= kCountersMax) counters_.clear();
  }
  Counter& counter = counters_[{account, principal}];
  if (counter.minute != minute) counter = {minute, 0};
  if (counter.count >= per_minute_) return false;
  ++counter.count;
  return true;
}

}  // namespace billing::server
