// The hash of a row's key, for tables of rows in memory. Not to be stored: each process has its
// own.
#ifndef BILLING_PROJECTIONS_KEYVALUE_KEY_HASH_H_
#define BILLING_PROJECTIONS_KEYVALUE_KEY_HASH_H_

#include <cstddef>
#include <string_view>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace billing::projections {

struct KeyHash {
  size_t operator()(std::string_view key) const {
    // Debian's absl has a string_view of its own, whose hash is faster than the standard one's.
    return absl::HashOf(absl::string_view(key.data(), key.size()));
  }
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_KEYVALUE_KEY_HASH_H_
