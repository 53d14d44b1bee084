#include "eventstore/vault/wrapping_key.h"

#include <openssl/crypto.h>

#include "absl/strings/str_cat.h"
#include "eventstore/file/file.h"

namespace billing::eventstore {

absl::StatusOr<SecretKey> LoadWrappingKey(const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadSecretFile(path, SecretKey::kBytes + 1);
  if (!bytes.ok()) return bytes.status();
  std::optional<SecretKey> key = SecretKey::From(*bytes);
  OPENSSL_cleanse(bytes->data(), bytes->size());
  if (!key) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is not a wrapping key: it must have 32 bytes"));
  }
  return *key;
}

absl::StatusOr<SecretKey> CreateWrappingKey(const std::string& path) {
  const absl::StatusOr<std::vector<SecretKey>> keys = SecretKey::Random(1);
  if (!keys.ok()) return keys.status();
  const SecretKey& key = keys->front();
  if (absl::Status created = CreateFile(path, key.bytes()); !created.ok()) return created;
  return key;
}

}  // namespace billing::eventstore
