#include "server/engine/random_bytes.h"

#include <sys/random.h>

#include <cassert>
#include <cerrno>

namespace billing::server {

absl::StatusOr<std::string> RandomBytes::Take(size_t count) {
  assert(count <= kBufferBytes);
  if (used_ + count > kBufferBytes) {
    size_t filled = 0;
    while (filled < kBufferBytes) {
      const ssize_t got = getrandom(buffer_.data() + filled, kBufferBytes - filled, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return absl::ErrnoToStatus(errno, "getrandom");
      filled += static_cast<size_t>(got);
    }
    used_ = 0;
  }
  std::string bytes(buffer_.data() + used_, count);
  used_ += count;
  return bytes;
}

}  // namespace billing::server
