// Sealed bytes: nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM with a random nonce.
#ifndef BILLING_EVENTSTORE_VAULT_SEAL_H_
#define BILLING_EVENTSTORE_VAULT_SEAL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/vault/secret_key.h"

namespace billing::eventstore {

inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;
// Bound of what is sealed: no record can hold more.
inline constexpr size_t kSealedClearBytesMax = size_t{1} << 20;

// `bound` is authenticated with the text and must be given again to open it.
// InvalidArgument beyond kSealedClearBytesMax. Thread-safe; a process that forks must
// not go on sealing in the child, whose nonces would be the parent's.
absl::StatusOr<std::string> SealBytes(const SecretKey& key, std::string_view bound,
                                      std::string_view clear);

// Nothing when the key, `bound` or any byte is another. Thread-safe.
std::optional<std::string> OpenBytes(const SecretKey& key, std::string_view bound,
                                     std::string_view sealed);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_VAULT_SEAL_H_
