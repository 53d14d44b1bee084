// The file of data keys: fixed slots, each a key wrapped by the wrapping key, made in
// blocks. FORMAT.md, "Keys", describes its bytes.
#ifndef BILLING_EVENTSTORE_VAULT_KEY_FILE_H_
#define BILLING_EVENTSTORE_VAULT_KEY_FILE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/file/file.h"
#include "eventstore/vault/secret_key.h"

namespace billing::eventstore {

// What mends lost keys, for messages: nothing else opens what they sealed.
inline constexpr char kCopyOfKeysBelongsThere[] = "a copy of keys/ belongs there";

struct KeySlot {
  enum class State : uint8_t { kLive = 1, kErased = 2 };
  uint32_t generation = 0;
  State state = State::kLive;
  // kWrappedKeyBytes bytes; zeros when erased.
  std::string wrapped_key;
};

// Thread-safe, except that one thread at a time appends and renews.
class KeyFile {
 public:
  static constexpr uint64_t kBlockSlots = 4'096;
  // Bound of slots, about 275 GB of them.
  static constexpr uint64_t kSlotsMax = uint64_t{1} << 32;

  struct Identity {
    std::string log_id;  // 32 hexadecimal digits
    SecretKey wrapping_key;
  };

  // Makes a file without slots. REQUIRES: no file `path`.
  static absl::Status Create(const std::string& path, const Identity& identity);
  // All that it then holds is durable.
  //   NotFound            there is none
  //   FailedPrecondition  not a key file, of another log, under another wrapping key, or one
  //                       that others may read
  //   DataLoss            damaged in its header or in the head of a block, or cut off inside a
  //                       block; the message names what is missing
  static absl::StatusOr<std::unique_ptr<KeyFile>> Open(const std::string& path,
                                                       const Identity& identity);

  // Slots that exist, counted from 1: a multiple of kBlockSlots.
  uint64_t slot_count() const { return kBlockSlots * blocks_.load(std::memory_order_acquire); }

  // DataLoss when the slot does not exist or is damaged.
  absl::StatusOr<KeySlot> Read(uint64_t slot) const;

  // The slots of the block behind the last, as AppendBlock takes them: live, of generation 0, with
  // these kBlockSlots wrapped keys. REQUIRES: nobody appends meanwhile.
  std::string NextBlock(std::span<const std::string> wrapped_keys) const;

  // Adds them, durably. Aborted when that fails, and for every further write.
  absl::Status AppendBlock(std::string_view next_block);

  // Writes the slot anew, durably: live, of generation 0, with this wrapped key. DataLoss, and
  // nothing is written, when the file was cut off meanwhile: then used slots are lost too.
  // Aborted when a write or a sync fails, and for every further one. REQUIRES: the slot exists, and
  // nothing was sealed under it.
  absl::Status Renew(uint64_t slot, std::string_view wrapped_key);

  // What the first failed write or sync said: what the disk holds since then is unknown, even where
  // Read finds something.
  const absl::Status& write_failure() const { return write_failure_; }

 private:
  explicit KeyFile(File file) : file_(std::move(file)) {}
  absl::Status CheckHeader(const Identity& identity) const;
  absl::StatusOr<uint64_t> CountBlocks() const;
  absl::StatusOr<bool> HasAllSlots(uint64_t block) const;
  absl::Status WriteBlock(uint64_t block, std::string_view bytes);
  absl::Status WriteSlot(uint64_t slot, const KeySlot& content);

  File file_;
  std::atomic<uint64_t> blocks_ = 0;
  absl::Status write_failure_;
};

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_VAULT_KEY_FILE_H_
