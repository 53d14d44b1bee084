// The key that the data keys are under: 32 random bytes in a file that only its owner
// may read.
#ifndef BILLING_EVENTSTORE_VAULT_WRAPPING_KEY_H_
#define BILLING_EVENTSTORE_VAULT_WRAPPING_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "eventstore/vault/secret_key.h"

namespace billing::eventstore {

// NotFound when there is none; FailedPrecondition when others may read it or it is not
// 32 bytes.
absl::StatusOr<SecretKey> LoadWrappingKey(const std::string& path);

// Makes one with fresh bytes. REQUIRES: no file `path`.
absl::StatusOr<SecretKey> CreateWrappingKey(const std::string& path);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_VAULT_WRAPPING_KEY_H_
