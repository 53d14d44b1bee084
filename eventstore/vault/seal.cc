#include "eventstore/vault/seal.h"

#include <openssl/rand.h>

#include <array>
#include <cassert>

#include "absl/strings/str_cat.h"
#include "eventstore/vault/cipher.h"

namespace billing::eventstore {
namespace {

const EVP_CIPHER* Aes256Gcm() {
  static const Cipher cipher = FetchCipher("AES-256-GCM");
  return cipher.get();
}

// A context to seal or open with, made once per thread: making one costs as much as using it.
// It holds the key only as long as this lives.
class KeyedContext {
 public:
  enum class For { kOpening = 0, kSealing = 1 };

  KeyedContext(For use, const SecretKey& key, std::string_view nonce) : use_(use) {
    thread_local const CipherContext sealing = NewAes256Gcm(For::kSealing);
    thread_local const CipherContext opening = NewAes256Gcm(For::kOpening);
    context_ = use == For::kSealing ? sealing.get() : opening.get();
    Key(key, UnsignedBytes(nonce));
  }
  ~KeyedContext() { Key(SecretKey(), nullptr); }
  KeyedContext(const KeyedContext&) = delete;
  KeyedContext& operator=(const KeyedContext&) = delete;

  EVP_CIPHER_CTX* get() const { return context_; }

 private:
  static CipherContext NewAes256Gcm(For use) {
    CipherContext context = NewCipherContext();
    const bool made = EVP_CipherInit_ex2(context.get(), Aes256Gcm(), nullptr, nullptr,
                                         static_cast<int>(use), nullptr) == 1;
    assert(made);
    return context;
  }

  // Naming the cipher again would make the context anew.
  void Key(const SecretKey& key, const unsigned char* nonce) const {
    const bool keyed = EVP_CipherInit_ex2(context_, nullptr, key.data(), nonce,
                                          static_cast<int>(use_), nullptr) == 1;
    assert(keyed);
  }

  const For use_;
  EVP_CIPHER_CTX* context_ = nullptr;
};

// Random nonces, drawn many at a time: one draw costs as much as a whole seal.
class NonceBuffer {
 public:
  // Empty when the machine has no randomness.
  std::string_view Next() {
    if (next_ == bytes_.size()) {
      if (RAND_bytes(bytes_.data(), static_cast<int>(bytes_.size())) != 1) return {};
      next_ = 0;
    }
    std::string_view nonce(reinterpret_cast<const char*>(&bytes_[next_]), kNonceBytes);
    next_ += kNonceBytes;
    return nonce;
  }

 private:
  std::array<unsigned char, 128 * kNonceBytes> bytes_;
  size_t next_ = bytes_.size();
};

}  // namespace

absl::StatusOr<std::string> SealBytes(const SecretKey& key, std::string_view bound,
                                      std::string_view clear) {
  if (clear.size() > kSealedClearBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("at most ", kSealedClearBytesMax, " bytes can be sealed"));
  }
  thread_local NonceBuffer nonces;
  const std::string_view nonce = nonces.Next();
  if (nonce.empty()) return absl::UnavailableError("the machine gives no random bytes");

  std::string sealed(nonce);
  sealed.resize(kNonceBytes + clear.size() + kTagBytes);
  auto* text = reinterpret_cast<unsigned char*>(sealed.data()) + kNonceBytes;
  const KeyedContext context(KeyedContext::For::kSealing, key, nonce);
  EVP_CIPHER_CTX* raw = context.get();
  int size = 0;
  bool done = EVP_EncryptUpdate(raw, nullptr, &size, UnsignedBytes(bound),
                                static_cast<int>(bound.size())) == 1 &&
              EVP_EncryptUpdate(raw, text, &size, UnsignedBytes(clear),
                                static_cast<int>(clear.size())) == 1 &&
              EVP_EncryptFinal_ex(raw, text + clear.size(), &size) == 1 &&
              EVP_CIPHER_CTX_ctrl(raw, EVP_CTRL_AEAD_GET_TAG, kTagBytes, text + clear.size()) == 1;
  assert(done);
  return sealed;
}

std::optional<std::string> OpenBytes(const SecretKey& key, std::string_view bound,
                                     std::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  if (sealed.size() > kNonceBytes + kSealedClearBytesMax + kTagBytes) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  const std::string_view text = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);

  std::string clear(text.size(), '\0');
  auto* out = reinterpret_cast<unsigned char*>(clear.data());
  const KeyedContext context(KeyedContext::For::kOpening, key, nonce);
  EVP_CIPHER_CTX* raw = context.get();
  int size = 0;
  bool ready =
      EVP_DecryptUpdate(raw, nullptr, &size, UnsignedBytes(bound),
                        static_cast<int>(bound.size())) == 1 &&
      EVP_DecryptUpdate(raw, out, &size, UnsignedBytes(text), static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(raw, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1;
  assert(ready);
  if (EVP_DecryptFinal_ex(raw, out + clear.size(), &size) != 1) return std::nullopt;
  return clear;
}

}  // namespace billing::eventstore
