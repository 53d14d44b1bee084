#include "eventstore/vault/wrapping_key.h"

#include <openssl/crypto.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "eventstore/file/file.h"

namespace billing::eventstore {
namespace {

constexpr uint32_t kOthersMask = 077;

}  // namespace

absl::StatusOr<SecretKey> LoadWrappingKey(const std::string& path) {
  absl::StatusOr<File> file = File::Open(path);
  if (!file.ok()) return file.status();
  absl::StatusOr<uint32_t> permissions = file->Permissions();
  if (!permissions.ok()) return permissions.status();
  if ((*permissions & kOthersMask) != 0) {
    return absl::FailedPreconditionError(
        absl::StrFormat("%s may be read by others (mode %04o): chmod 600", path, *permissions));
  }
  absl::StatusOr<std::string> bytes = file->ReadAt(0, SecretKey::kBytes + 1);
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
  absl::StatusOr<SecretKey> key = SecretKey::Random();
  if (!key.ok()) return key.status();
  if (absl::Status created = CreateFile(path, key->bytes()); !created.ok()) return created;
  return key;
}

}  // namespace billing::eventstore
