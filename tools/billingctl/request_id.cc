#include "tools/billingctl/request_id.h"

#include <chrono>
#include <cstdint>
#include <random>

#include "absl/strings/str_format.h"

namespace billing::billingctl {

std::string NewRequestId() {
  // Reads the kernel's generator each time: unique, which is all an id must be.
  std::random_device random;
  const uint64_t time_ms =
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                std::chrono::system_clock::now().time_since_epoch())
                                .count());
  const uint64_t low = (static_cast<uint64_t>(random()) << 32) | random();
  return absl::StrFormat("%08x-%04x-7%03x-%04x-%012x", time_ms >> 16 & 0xffffffff, time_ms & 0xffff,
                         random() & 0xfff, 0x8000 | (low >> 48 & 0x3fff), low & 0xffffffffffff);
}

}  // namespace billing::billingctl
