#include "server/calls/command_parts.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "absl/random/random.h"
#include "aggregates/kernel/uuid.h"
#include "google/protobuf/util/time_util.h"

namespace billing::server {

std::string FreshId(kernel::Instant now) {
  thread_local absl::BitGen generator;
  const std::array<uint64_t, 2> bits = {absl::Uniform<uint64_t>(generator),
                                        absl::Uniform<uint64_t>(generator)};
  std::array<uint8_t, 10> random{};
  std::memcpy(random.data(), bits.data(), random.size());
  return kernel::UuidV7Text(now.us / 1'000, random);
}

billing::v1::Receipt ReceiptOf(const Receipt& receipt, bool validate_only) {
  billing::v1::Receipt message;
  message.set_position(receipt.position);
  if (validate_only) return message;
  *message.mutable_commit_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(receipt.commit_time_us);
  message.set_leaf_hash(receipt.leaf_hash);
  message.set_replayed(receipt.replayed);
  return message;
}

}  // namespace billing::server
