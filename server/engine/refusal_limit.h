// How many refusals one principal may have recorded per account and minute: refused
// commands cost log space, and only what succeeds may be unlimited. Memory, not a rule.
#ifndef BILLING_SERVER_ENGINE_REFUSAL_LIMIT_H_
#define BILLING_SERVER_ENGINE_REFUSAL_LIMIT_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"

namespace billing::server {

class RefusalLimit {
 public:
  // Counters kept at once; when there are more, those of past minutes are dropped.
  static constexpr size_t kCountersMax = 65'536;

  // 0: no limit.
  explicit RefusalLimit(uint32_t per_minute) : per_minute_(per_minute) {}

  // Counts one refusal; false when it is beyond the limit. Not thread-safe.
  bool Allow(uint64_t account, const std::string& principal, int64_t steady_us);

 private:
  struct Counter {
    int64_t minute = 0;
    uint32_t count = 0;
  };
  const uint32_t per_minute_;
  absl::flat_hash_map<std::pair<uint64_t, std::string>, Counter> counters_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_REFUSAL_LIMIT_H_
