#include "eventstore/vault/key_cache.h"

namespace billing::eventstore {

std::optional<SecretKey> KeyCache::Find(KeyRef ref) const {
  std::lock_guard lock(LockOf(ref));
  const Entry& entry = entries_[IndexOf(ref)];
  if (ref.slot == 0 || entry.ref != ref) return std::nullopt;
  return entry.key;
}

void KeyCache::Put(KeyRef ref, const SecretKey& key) {
  std::lock_guard lock(LockOf(ref));
  entries_[IndexOf(ref)] = {ref, key};
}

}  // namespace billing::eventstore
