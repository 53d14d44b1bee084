#include "eventstore/vault/key_wrap.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>

#include "eventstore/vault/cipher.h"

namespace billing::eventstore {
namespace {

const EVP_CIPHER* Aes256Wrap() {
  static const Cipher cipher = FetchCipher("AES-256-WRAP");
  return cipher.get();
}

const EVP_CIPHER* Aes256() {
  static const Cipher cipher = FetchCipher("AES-256-ECB");
  return cipher.get();
}

constexpr size_t kHalfBytes = 8;
constexpr size_t kHalves = SecretKey::kBytes / kHalfBytes;
constexpr int kRounds = 6;
using Half = std::array<unsigned char, kHalfBytes>;

// RFC 3394, 2.2.1: of one key, the register A and the halves R.
struct Wrapping {
  Half a;
  std::array<Half, kHalves> r;
};

// A and one of R, as AES takes them.
struct Block {
  Half a;
  Half r;
};

// AES-256 of one block after the other.
class BlockCipher {
 public:
  explicit BlockCipher(const SecretKey& key) : context_(NewCipherContext()) {
    const bool made =
        EVP_EncryptInit_ex2(context_.get(), Aes256(), key.data(), nullptr, nullptr) == 1 &&
        EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1;
    assert(made);
  }

  void Encrypt(std::span<Block> blocks) const {
    auto* bytes = reinterpret_cast<unsigned char*>(blocks.data());
    int size = 0;
    const bool done = EVP_EncryptUpdate(context_.get(), bytes, &size, bytes,
                                        static_cast<int>(blocks.size_bytes())) == 1;
    assert(done && static_cast<size_t>(size) == blocks.size_bytes());
  }

 private:
  CipherContext context_;
};

// As many as go through AES together.
class WrappingGroup {
 public:
  static constexpr size_t kKeysMax = 64;

  explicit WrappingGroup(std::span<const SecretKey> keys) : keys_(keys) {
    assert(keys.size() <= kKeysMax);
    for (size_t i = 0; i < keys.size(); ++i) {
      wrappings_[i].a.fill(0xA6);
      std::memcpy(wrappings_[i].r.data(), keys[i].data(), SecretKey::kBytes);
    }
  }
  ~WrappingGroup() {
    OPENSSL_cleanse(wrappings_.data(), sizeof(wrappings_));
    OPENSSL_cleanse(blocks_.data(), sizeof(blocks_));
  }
  WrappingGroup(const WrappingGroup&) = delete;
  WrappingGroup& operator=(const WrappingGroup&) = delete;

  void Wrap(const BlockCipher& cipher) {
    uint8_t step = 0;
    for (int round = 0; round < kRounds; ++round) {
      for (size_t half = 0; half < kHalves; ++half) Step(cipher, half, ++step);
    }
  }

  void AppendTo(std::vector<std::string>& wrapped) const {
    for (const Wrapping& wrapping : std::span(wrappings_).first(keys_.size())) {
      wrapped.emplace_back(reinterpret_cast<const char*>(&wrapping), kWrappedKeyBytes);
    }
  }

 private:
  void Step(const BlockCipher& cipher, size_t half, uint8_t step) {
    for (size_t i = 0; i < keys_.size(); ++i) {
      blocks_[i] = {wrappings_[i].a, wrappings_[i].r[half]};
    }
    cipher.Encrypt(std::span(blocks_).first(keys_.size()));
    for (size_t i = 0; i < keys_.size(); ++i) {
      wrappings_[i].a = blocks_[i].a;
      wrappings_[i].a.back() ^= step;
      wrappings_[i].r[half] = blocks_[i].r;
    }
  }

  const std::span<const SecretKey> keys_;
  std::array<Wrapping, kKeysMax> wrappings_;
  std::array<Block, kKeysMax> blocks_;
};
static_assert(sizeof(Wrapping) == kWrappedKeyBytes);

}  // namespace

std::vector<std::string> WrapKeys(const SecretKey& wrapping, std::span<const SecretKey> keys) {
  const BlockCipher cipher(wrapping);
  std::vector<std::string> wrapped;
  wrapped.reserve(keys.size());
  while (!keys.empty()) {
    const size_t count = std::min(keys.size(), WrappingGroup::kKeysMax);
    WrappingGroup group(keys.first(count));
    group.Wrap(cipher);
    group.AppendTo(wrapped);
    keys = keys.subspan(count);
  }
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
