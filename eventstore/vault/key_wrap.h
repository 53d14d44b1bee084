// A key under another key: AES key wrap, RFC 3394, with the default initial value.
#ifndef BILLING_EVENTSTORE_VAULT_KEY_WRAP_H_
#define BILLING_EVENTSTORE_VAULT_KEY_WRAP_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "eventstore/vault/secret_key.h"

namespace billing::eventstore {

inline constexpr size_t kWrappedKeyBytes = SecretKey::kBytes + 8;

// kWrappedKeyBytes bytes.
std::string WrapKey(const SecretKey& wrapping, const SecretKey& key);

// Nothing when `wrapped` was changed or is under another key.
std::optional<SecretKey> UnwrapKey(const SecretKey& wrapping, std::string_view wrapped);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_VAULT_KEY_WRAP_H_
