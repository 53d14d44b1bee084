#include "eventstore/vault/key_wrap.h"

#include <cassert>

#include "eventstore/vault/cipher.h"

namespace billing::eventstore {
namespace {

const EVP_CIPHER* Aes256Wrap() {
  static const Cipher cipher = FetchCipher("AES-256-WRAP");
  return cipher.get();
}

}  // namespace

std::string WrapKey(const SecretKey& wrapping, const SecretKey& key) {
  CipherContext context = NewCipherContext();
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  std::string wrapped(kWrappedKeyBytes, '\0');
  int size = 0;
  bool done =
      EVP_EncryptInit_ex2(context.get(), Aes256Wrap(), wrapping.data(), nullptr, nullptr) == 1 &&
      EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(wrapped.data()), &size,
                        key.data(), SecretKey::kBytes) == 1;
  assert(done && static_cast<size_t>(size) == kWrappedKeyBytes);
  return wrapped;
}

std::optional<SecretKey> UnwrapKey(const SecretKey& wrapping, std::string_view wrapped) {
  if (wrapped.size() != kWrappedKeyBytes) return std::nullopt;
  CipherContext context = NewCipherContext();
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  bool ready =
      EVP_DecryptInit_ex2(context.get(), Aes256Wrap(), wrapping.data(), nullptr, nullptr) == 1;
  assert(ready);
  SecretKey key;
  int size = 0;
  if (EVP_DecryptUpdate(context.get(), key.data(), &size, UnsignedBytes(wrapped),
                        static_cast<int>(wrapped.size())) != 1) {
    return std::nullopt;
  }
  assert(static_cast<size_t>(size) == SecretKey::kBytes);
  return key;
}

}  // namespace billing::eventstore
