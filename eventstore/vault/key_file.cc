#include "eventstore/vault/key_file.h"

#include <cassert>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "eventstore/big_endian.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/vault/key_wrap.h"

namespace billing::eventstore {
namespace {

constexpr uint32_t kOthersMask = 077;
constexpr size_t kPageBytes = 4'096;
constexpr size_t kLogIdBytes = 32;
constexpr size_t kChecksumBytes = 8;

constexpr std::string_view kFileMagic = "bd-keys\n";
constexpr uint32_t kVersion = 1;
// Magic, version, four zeros, log id, key check.
constexpr size_t kBoundHeaderBytes = 8 + 4 + 4 + kLogIdBytes;
constexpr size_t kHeaderBodyBytes = kBoundHeaderBytes + sizeof(Hash);

constexpr std::string_view kBlockMagic = "bd-block";
constexpr size_t kSlotBytes = 64;
constexpr size_t kSlotBodyBytes = kSlotBytes - kChecksumBytes;
constexpr size_t kWrappedKeyOffset = 8;
constexpr size_t kSlotsBytes = KeyFile::kBlockSlots * kSlotBytes;
constexpr uint64_t kBlockStride = kPageBytes + kSlotsBytes;

std::string Checksum(std::string_view bytes) {
  Hash hash = Sha256(bytes);
  return std::string(AsBytes(hash).substr(0, kChecksumBytes));
}

std::string EncodeBoundHeader(std::string_view log_id) {
  std::string bytes(kFileMagic);
  bytes += Be32(kVersion);
  bytes += Be32(0);
  bytes += log_id;
  assert(bytes.size() == kBoundHeaderBytes);
  return bytes;
}

std::string EncodeHeader(const KeyFile::Identity& identity) {
  std::string bytes = EncodeBoundHeader(identity.log_id);
  bytes += AsBytes(HmacSha256(identity.wrapping_key.bytes(), bytes));
  bytes += Checksum(bytes);
  bytes.resize(kPageBytes, '\0');
  return bytes;
}

uint64_t BlockOffset(uint64_t block) { return kPageBytes + block * kBlockStride; }

uint64_t SlotOffset(uint64_t slot) {
  uint64_t index = slot - 1;
  return BlockOffset(index / KeyFile::kBlockSlots) + kPageBytes +
         index % KeyFile::kBlockSlots * kSlotBytes;
}

std::string EncodeBlockHead(uint64_t block) {
  std::string bytes(kBlockMagic);
  bytes += Be64(block * KeyFile::kBlockSlots + 1);
  bytes += Checksum(bytes);
  return bytes;
}

// The checksum covers the slot's number: a slot copied to another place is not valid.
std::string SlotChecksum(uint64_t slot, std::string_view body) {
  return Checksum(Be64(slot).append(body));
}

std::string EncodeSlot(uint64_t slot, const KeySlot& content) {
  std::string bytes = Be32(content.generation);
  bytes += static_cast<char>(content.state);
  bytes.resize(kWrappedKeyOffset, '\0');
  bytes += content.wrapped_key;
  bytes.resize(kSlotBodyBytes, '\0');
  bytes += SlotChecksum(slot, bytes);
  return bytes;
}

std::optional<KeySlot> DecodeSlot(uint64_t slot, std::string_view bytes) {
  if (bytes.size() != kSlotBytes) return std::nullopt;
  std::string_view body = bytes.substr(0, kSlotBodyBytes);
  if (bytes.substr(kSlotBodyBytes) != SlotChecksum(slot, body)) return std::nullopt;
  auto state = static_cast<KeySlot::State>(body[4]);
  if (state != KeySlot::State::kLive && state != KeySlot::State::kErased) return std::nullopt;
  return KeySlot{.generation = FromBe32(body.substr(0, 4)),
                 .state = state,
                 .wrapped_key = std::string(body.substr(kWrappedKeyOffset, kWrappedKeyBytes))};
}

absl::Status CutOff(const std::string& path, uint64_t size, uint64_t block) {
  const uint64_t slots = BlockOffset(block) + kPageBytes;
  const uint64_t whole_slots = size > slots ? (size - slots) / kSlotBytes : 0;
  const uint64_t last = (block + 1) * KeyFile::kBlockSlots;
  return absl::DataLossError(absl::StrCat(
      path, " is cut off: it has ", size, " bytes, but the block of slot ", last, " ends at ",
      BlockOffset(block + 1), "; the keys in slots ", last - KeyFile::kBlockSlots + whole_slots + 1,
      " to ", last, " are missing: ", kCopyOfKeysBelongsThere));
}

// Told apart from failed reads, which end nothing.
absl::Status AsWriteFailure(const absl::Status& written) {
  return written.ok() ? written : absl::AbortedError(written.message());
}

}  // namespace

absl::Status KeyFile::Create(const std::string& path, const Identity& identity) {
  return CreateFile(path, EncodeHeader(identity));
}

absl::StatusOr<std::unique_ptr<KeyFile>> KeyFile::Open(const std::string& path,
                                                       const Identity& identity) {
  absl::StatusOr<File> file = File::Open(path);
  if (!file.ok()) return file.status();
  const absl::StatusOr<uint32_t> permissions = file->Permissions();
  if (!permissions.ok()) return permissions.status();
  if ((*permissions & kOthersMask) != 0) {
    return absl::FailedPreconditionError(
        absl::StrFormat("%s may be read by others (mode %04o): chmod 600", path, *permissions));
  }
  // Slots may have been written and never synced before a crash, and still be read. Only once they
  // are durable may anything be sealed under them.
  if (absl::Status synced = file->Sync(); !synced.ok()) return synced;
  std::unique_ptr<KeyFile> keys(new KeyFile(*std::move(file)));
  if (absl::Status checked = keys->CheckHeader(identity); !checked.ok()) return checked;
  absl::StatusOr<uint64_t> blocks = keys->CountBlocks();
  if (!blocks.ok()) return blocks.status();
  keys->blocks_ = *blocks;
  return keys;
}

absl::Status KeyFile::CheckHeader(const Identity& identity) const {
  const std::string& path = file_.path();
  absl::StatusOr<std::string> page = file_.ReadAt(0, kPageBytes);
  if (!page.ok()) return page.status();
  std::string_view header = *page;
  if (!header.starts_with(kFileMagic)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is not a billingd key file"));
  }
  if (header.size() != kPageBytes || header.substr(kHeaderBodyBytes, kChecksumBytes) !=
                                         Checksum(header.substr(0, kHeaderBodyBytes))) {
    return absl::DataLossError(
        absl::StrCat("the header of ", path, " is damaged: ", kCopyOfKeysBelongsThere));
  }
  if (uint32_t version = FromBe32(header.substr(8, 4)); version != kVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " has format version ", version, "; this program knows ", kVersion));
  }
  std::string_view log_id = header.substr(16, kLogIdBytes);
  if (log_id != identity.log_id) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " holds the keys of the log ", std::string(log_id), ", not of ", identity.log_id));
  }
  Hash check = HmacSha256(identity.wrapping_key.bytes(), header.substr(0, kBoundHeaderBytes));
  if (header.substr(kBoundHeaderBytes, sizeof(Hash)) != AsBytes(check)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the wrapping key does not open the keys in ", path));
  }
  return absl::OkStatus();
}

// A block counts when its head is valid, or when all its slots are: the head is written
// only after the slots were synced, and losing a head must not cost the keys below it.
// The first block that does not count must be one that a crash left unfinished: the last
// one, its head still zeros. No slot of it was ever used. A head that is written stood over a
// whole block once, so what such a block lacks was cut off.
absl::StatusOr<uint64_t> KeyFile::CountBlocks() const {
  absl::StatusOr<uint64_t> size = file_.Size();
  if (!size.ok()) return size.status();
  for (uint64_t block = 0;; ++block) {
    if (BlockOffset(block) >= *size) return block;
    const std::string expected = EncodeBlockHead(block);
    absl::StatusOr<std::string> head = file_.ReadAt(BlockOffset(block), expected.size());
    if (!head.ok()) return head.status();
    const bool blank = head->find_first_not_of('\0') == std::string::npos;
    if (*size < BlockOffset(block + 1)) {
      if (blank) return block;
      return CutOff(file_.path(), *size, block);
    }
    if (*head == expected) continue;
    absl::StatusOr<bool> whole = HasAllSlots(block);
    if (!whole.ok()) return whole.status();
    if (*whole) continue;
    if (blank && *size == BlockOffset(block + 1)) return block;
    return absl::DataLossError(absl::StrCat(file_.path(), " is damaged in the block of slot ",
                                            block * kBlockSlots + 1, ": ",
                                            kCopyOfKeysBelongsThere));
  }
}

absl::StatusOr<bool> KeyFile::HasAllSlots(uint64_t block) const {
  absl::StatusOr<std::string> bytes = file_.ReadAt(BlockOffset(block) + kPageBytes, kSlotsBytes);
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() != kSlotsBytes) return false;
  for (uint64_t i = 0; i < kBlockSlots; ++i) {
    std::string_view slot = std::string_view(*bytes).substr(i * kSlotBytes, kSlotBytes);
    if (!DecodeSlot(block * kBlockSlots + i + 1, slot)) return false;
  }
  return true;
}

absl::StatusOr<KeySlot> KeyFile::Read(uint64_t slot) const {
  if (slot == 0 || slot > slot_count()) {
    return absl::DataLossError(absl::StrCat("the key in slot ", slot, " is lost: ", file_.path(),
                                            " has ", slot_count(), " slots"));
  }
  absl::StatusOr<std::string> bytes = file_.ReadAt(SlotOffset(slot), kSlotBytes);
  if (!bytes.ok()) return bytes.status();
  std::optional<KeySlot> content = DecodeSlot(slot, *bytes);
  if (!content) {
    return absl::DataLossError(
        absl::StrCat("the key in slot ", slot, " is lost: ", file_.path(), " is damaged there"));
  }
  return *std::move(content);
}

std::string KeyFile::NextBlock(std::span<const std::string> wrapped_keys) const {
  assert(wrapped_keys.size() == kBlockSlots);
  // What a crash left where it goes is overwritten first: its head must read as zeros until all
  // is synced.
  std::string bytes(kPageBytes, '\0');
  bytes.reserve(kBlockStride);
  for (uint64_t slot = slot_count() + 1; const std::string& wrapped_key : wrapped_keys) {
    bytes += EncodeSlot(slot++, {.wrapped_key = wrapped_key});
  }
  return bytes;
}

absl::Status KeyFile::AppendBlock(std::string_view next_block) {
  assert(next_block.size() == kBlockStride);
  if (!write_failure_.ok()) return write_failure_;
  uint64_t block = blocks_.load(std::memory_order_relaxed);
  write_failure_ = AsWriteFailure(WriteBlock(block, next_block));
  if (write_failure_.ok()) blocks_.store(block + 1, std::memory_order_release);
  return write_failure_;
}

absl::Status KeyFile::Renew(uint64_t slot, std::string_view wrapped_key) {
  assert(slot > 0 && slot <= slot_count());
  if (!write_failure_.ok()) return write_failure_;
  const absl::StatusOr<uint64_t> size = file_.Size();
  if (!size.ok()) return size.status();
  const uint64_t block = (slot - 1) / kBlockSlots;
  if (*size < BlockOffset(block + 1)) return CutOff(file_.path(), *size, block);
  write_failure_ = AsWriteFailure(WriteSlot(slot, {.wrapped_key = std::string(wrapped_key)}));
  return write_failure_;
}

absl::Status KeyFile::WriteBlock(uint64_t block, std::string_view bytes) {
  if (absl::Status done = file_.WriteAt(BlockOffset(block), bytes); !done.ok()) return done;
  if (absl::Status done = file_.Sync(); !done.ok()) return done;
  std::string head = EncodeBlockHead(block);
  if (absl::Status done = file_.WriteAt(BlockOffset(block), head); !done.ok()) return done;
  return file_.Sync();
}

absl::Status KeyFile::WriteSlot(uint64_t slot, const KeySlot& content) {
  const std::string bytes = EncodeSlot(slot, content);
  if (absl::Status done = file_.WriteAt(SlotOffset(slot), bytes); !done.ok()) return done;
  return file_.Sync();
}

}  // namespace billing::eventstore
