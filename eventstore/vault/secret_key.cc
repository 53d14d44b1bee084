#include "eventstore/vault/secret_key.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>

namespace billing::eventstore {

std::optional<SecretKey> SecretKey::From(std::string_view bytes) {
  if (bytes.size() != kBytes) return std::nullopt;
  SecretKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

absl::StatusOr<SecretKey> SecretKey::Random() {
  SecretKey key;
  if (RAND_priv_bytes(key.data(), kBytes) != 1) {
    return absl::UnavailableError("the machine gives no random bytes for a key");
  }
  return key;
}

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

}  // namespace billing::eventstore
