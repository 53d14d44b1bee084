#include "eventstore/integrity/signing_key.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/file/file.h"

namespace billing::eventstore {
namespace {

constexpr size_t kFileBytesMax = 16 * 1'024;
constexpr size_t kSignatureBytes = 64;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bytes) const { BIO_free_all(bytes); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, Free>;

// An encrypted key is refused instead of asking the terminal for its password.
int NoPassword(char*, int, int, void*) { return -1; }

KeyPointer KeyIn(const std::string& pem) {
  const std::unique_ptr<BIO, Free> bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bytes == nullptr) return nullptr;
  KeyPointer key(PEM_read_bio_PrivateKey(bytes.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  if (key != nullptr && EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) return nullptr;
  return key;
}

// Empty when OpenSSL fails.
std::string PemOf(const EVP_PKEY& key) {
  // Of the secure kind: it overwrites its bytes when it is freed.
  const std::unique_ptr<BIO, Free> bytes(BIO_new(BIO_s_secmem()));
  if (bytes == nullptr || PEM_write_bio_PKCS8PrivateKey(bytes.get(), &key, nullptr, nullptr, 0,
                                                        nullptr, nullptr) != 1) {
    return "";
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bytes.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

struct SigningKey::Key {
  KeyPointer pointer;
};

absl::StatusOr<SigningKey> SigningKey::Load(const std::string& path) {
  absl::StatusOr<std::string> pem = ReadSecretFile(path, kFileBytesMax);
  if (!pem.ok()) return pem.status();
  KeyPointer key = KeyIn(*pem);
  OPENSSL_cleanse(pem->data(), pem->size());
  if (key == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " is not a signing key: it must be an unencrypted Ed25519 private key in PEM"));
  }
  return SigningKey(std::make_shared<const Key>(std::move(key)));
}

absl::StatusOr<SigningKey> SigningKey::Generate() {
  KeyPointer key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (key == nullptr) return absl::InternalError("OpenSSL makes no Ed25519 key");
  return SigningKey(std::make_shared<const Key>(std::move(key)));
}

absl::StatusOr<SigningKey> SigningKey::Create(const std::string& path) {
  auto key = Generate();
  if (!key.ok()) return key;
  std::string pem = PemOf(*key->key_->pointer);
  if (pem.empty()) return absl::InternalError("OpenSSL does not write an Ed25519 key");
  const absl::Status created = CreateFile(path, pem);
  OPENSSL_cleanse(pem.data(), pem.size());
  if (!created.ok()) return created;
  return key;
}

VerifierKey SigningKey::Verifier(std::string name) const {
  VerifierKey::PublicKey bytes;
  size_t size = bytes.size();
  const int got = EVP_PKEY_get_raw_public_key(key_->pointer.get(), bytes.data(), &size);
  assert(got == 1 && size == bytes.size());
  return VerifierKey(std::move(name), bytes);
}

absl::StatusOr<std::string> SigningKey::Sign(std::string_view bytes) const {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->pointer.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1) {
    return absl::InternalError("OpenSSL does not sign");
  }
  assert(size == signature.size());
  return signature;
}

}  // namespace billing::eventstore
