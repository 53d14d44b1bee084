// OpenSSL's ciphers with their lifetimes tied down. Only the vault's sources include it.
#ifndef BILLING_EVENTSTORE_VAULT_CIPHER_H_
#define BILLING_EVENTSTORE_VAULT_CIPHER_H_

#include <openssl/evp.h>

#include <cassert>
#include <memory>
#include <string_view>

namespace billing::eventstore {

struct FreeCipher {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  // Also overwrites the key in it.
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER, FreeCipher>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

inline Cipher FetchCipher(const char* name) {
  Cipher cipher(EVP_CIPHER_fetch(nullptr, name, nullptr));
  assert(cipher != nullptr);
  return cipher;
}

inline CipherContext NewCipherContext() {
  CipherContext context(EVP_CIPHER_CTX_new());
  assert(context != nullptr);
  return context;
}

inline const unsigned char* UnsignedBytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_VAULT_CIPHER_H_
