// Keys under another key: AES key wrap, RFC 3394, with the default initial value.
#ifndef BILLING_EVENTSTORE_VAULT_KEY_WRAP_H_
#define BILLING_EVENTSTORE_VAULT_KEY_WRAP_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/vault/secret_key.h"

namespace billing::eventstore {

inline constexpr size_t kWrappedKeyBytes = SecretKey::kBytes + 8;

// Each kWrappedKeyBytes bytes, in the order of `keys`. Many at once: OpenSSL wraps one at a time,
// and without the processor's AES, which takes thirty times as long.
std::vector<std::string> WrapKeys(const SecretKey& wrapping, std::span<const SecretKey> keys);

// Nothing when `wrapped` was changed or is under another key.
std::optional<SecretKey> UnwrapKey(const SecretKey& wrapping, std::string_view wrapped);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_VAULT_KEY_WRAP_H_
