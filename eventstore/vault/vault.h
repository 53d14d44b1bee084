// The vault: data keys, one per card and one per account, that seal personal fields
// (AES-256-GCM). Keys live outside both databases, since a log never forgets: erasing a
// key makes every copy of what it sealed unreadable. FORMAT.md describes the bytes.
#ifndef BILLING_EVENTSTORE_VAULT_VAULT_H_
#define BILLING_EVENTSTORE_VAULT_VAULT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace billing::eventstore {

// Names a data key. Slots count from 1; a slot's generation from 0.
struct KeyRef {
  uint64_t slot = 0;
  uint32_t generation = 0;
  friend bool operator==(const KeyRef&, const KeyRef&) = default;
};

class Vault {
 public:
  struct Options {
    // Holds `wrapping.key` (32 random bytes, mode 0600, made on first start) and
    // `data.keys` (the slots).
    std::string directory;
    // Binds sealed bytes to their log: EventLog::LogId().
    std::string log_id;
    bool create_if_missing = true;
    // Told of each slot that Prepare gave a new key, in whose place a lost one was; null: nobody
    // is.
    std::function<void(uint64_t slot)> slot_renewed = nullptr;
  };
  //   NotFound            there is none and `create_if_missing` is false
  //   FailedPrecondition  keys of another log, the wrapping key does not open them, is
  //                       missing, or may be read by others
  //   DataLoss            the key file is damaged
  static absl::StatusOr<std::unique_ptr<Vault>> Open(const Options& options);
  virtual ~Vault() = default;

  // Makes the key slots up to and including `slot` exist, filled and synced: in blocks
  // of 4,096, ahead of their use, so that taking a slot costs no sync. Called by the
  // writer, one thread at a time, before it takes a slot. Idempotent. If the key in `slot`
  // itself is lost, a new one takes its place, durably: nothing was sealed under it. Lost
  // keys in other slots stay as they are. After a failed write or sync it fails for ever
  // with Aborted: storage has failed, not only one key; InvalidArgument for slot 0 and beyond
  // 2^32; DataLoss when the key file was cut off meanwhile. REQUIRES: no record of the log
  // has taken `slot`.
  virtual absl::Status Prepare(uint64_t slot) = 0;

  // How many slots exist, taken ones and those made ahead; the log knows how many were
  // taken. Thread-safe.
  virtual uint64_t SlotCount() const = 0;

  // Seals `clear` under the key: nonce (12) ‖ ciphertext ‖ tag (16). `field` (e.g.
  // `cards/visa/holder_name`) is bound to it: opened under another field it fails.
  // Empty stays empty. NotFound and DataLoss as for Open. REQUIRES: the slot was
  // prepared. Thread-safe.
  virtual absl::StatusOr<std::string> Seal(KeyRef key, std::string_view field,
                                           std::string_view clear) const = 0;

  // NotFound: the key of this generation was erased. DataLoss: the key is lost or the
  // bytes were changed. Thread-safe.
  virtual absl::StatusOr<std::string> Open(KeyRef key, std::string_view field,
                                           std::string_view sealed) const = 0;

  // The same for who must not wait for a disk: Unavailable when the key does not lie in memory.
  // Once Open has opened something by a key, it does until others take its place. Thread-safe.
  virtual absl::StatusOr<std::string> OpenInMemory(KeyRef key, std::string_view field,
                                                   std::string_view sealed) const = 0;

  // HMAC-SHA-256, cut to 16 bytes, under a key derived from the data key: compares the
  // personal fields of two requests without keeping them. Thread-safe.
  virtual absl::StatusOr<std::string> Digest(KeyRef key, std::string_view bytes) const = 0;
};

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_VAULT_VAULT_H_
