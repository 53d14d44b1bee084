// Unwrapped data keys in memory: bounded, direct-mapped. Slots are taken in order, so
// the newest as many never push each other out.
#ifndef BILLING_EVENTSTORE_VAULT_KEY_CACHE_H_
#define BILLING_EVENTSTORE_VAULT_KEY_CACHE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "eventstore/vault/secret_key.h"
#include "eventstore/vault/vault.h"

namespace billing::eventstore {

// Thread-safe.
class KeyCache {
 public:
  // About 3 MiB.
  static constexpr size_t kEntries = 65'536;

  KeyCache() : entries_(kEntries) {}
  std::optional<SecretKey> Find(KeyRef ref) const;
  void Put(KeyRef ref, const SecretKey& key);

 private:
  static constexpr size_t kLocks = 64;
  struct Entry {
    KeyRef ref;  // slot 0: empty
    SecretKey key;
  };
  static size_t IndexOf(KeyRef ref) { return ref.slot % kEntries; }
  std::mutex& LockOf(KeyRef ref) const { return locks_[IndexOf(ref) % kLocks]; }

  mutable std::array<std::mutex, kLocks> locks_;
  std::vector<Entry> entries_;
};

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_VAULT_KEY_CACHE_H_
