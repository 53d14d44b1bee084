#include "eventstore/vault/secret_key.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <string>

namespace billing::eventstore {

std::optional<SecretKey> SecretKey::From(std::string_view bytes) {
  if (bytes.size() != kBytes) return std::nullopt;
  SecretKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

absl::StatusOr<std::vector<SecretKey>> SecretKey::Random(size_t count) {
  std::string bytes(count * kBytes, '\0');
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                      static_cast<int>(bytes.size())) != 1) {
    return absl::UnavailableError("the machine gives no random bytes for a key");
  }
  std::vector<SecretKey> keys;
  keys.reserve(count);
  while (keys.size() < count) {
    keys.push_back(*From(std::string_view(bytes).substr(keys.size() * kBytes, kBytes)));
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return keys;
}

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

}  // namespace billing::eventstore
