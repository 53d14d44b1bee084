// Random bytes for salts, in bulk: one system call serves hundreds of records.
#ifndef BILLING_SERVER_ENGINE_RANDOM_BYTES_H_
#define BILLING_SERVER_ENGINE_RANDOM_BYTES_H_

#include <array>
#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace billing::server {

// Not thread-safe: each user has its own.
class RandomBytes {
 public:
  // `count` bytes of the kernel's generator. REQUIRES: count <= kBufferBytes.
  absl::StatusOr<std::string> Take(size_t count);

 private:
  static constexpr size_t kBufferBytes = 4'096;
  std::array<char, kBufferBytes> buffer_{};
  size_t used_ = kBufferBytes;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_RANDOM_BYTES_H_
