// The bytes of an export. eventstore/FORMAT.md, "An export", describes them.
#ifndef BILLING_TOOLS_REPLAY_EXPORT_FORMAT_H_
#define BILLING_TOOLS_REPLAY_EXPORT_FORMAT_H_

#include <cstddef>
#include <string_view>

namespace billing::replay {

inline constexpr std::string_view kExportMagic = "bd-expo\n";
inline constexpr size_t kExportHeaderBytes = 56;
inline constexpr size_t kLogIdBytes = 32;
inline constexpr size_t kChecksumBytes = 8;
inline constexpr size_t kHashBytes = 32;

// A frame: type (1), be32(payload bytes), be64(number), checksum (8), payload.
inline constexpr size_t kFrameHeaderBytes = 21;
inline constexpr char kRecordFrame = 'R';
inline constexpr char kCheckpointFrame = 'C';
inline constexpr char kEndFrame = 'E';
inline constexpr size_t kEndPayloadBytes = 2 * kHashBytes;

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_EXPORT_FORMAT_H_
