#include "eventstore/integrity/verifier_key.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/integrity/note.h"

namespace billing::eventstore {
namespace {

// The algorithm's number in C2SP signed-note: Ed25519.
constexpr char kEd25519 = '\x01';

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const unsigned char* Unsigned(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string Encoded(const VerifierKey::PublicKey& key) {
  return std::string(1, kEd25519) + std::string(key.begin(), key.end());
}

absl::Status NotAKey(const char* why) {
  return absl::InvalidArgumentError(absl::StrCat("not a verifier key: ", why));
}

}  // namespace

VerifierKey::VerifierKey(std::string name, const PublicKey& key)
    : name_(std::move(name)), key_(key) {
  assert(IsKeyName(name_));
  const Hash hash = Sha256(absl::StrCat(name_, "\n", Encoded(key_)));
  id_ = AsBytes(hash).substr(0, kKeyIdBytes);
}

absl::StatusOr<VerifierKey> VerifierKey::Parse(std::string_view text) {
  std::string key_text(text);
  absl::StripAsciiWhitespace(&key_text);
  // Base64 may hold `+`, names and ids may not.
  const std::vector<std::string> parts = absl::StrSplit(key_text, absl::MaxSplits('+', 2));
  if (parts.size() != 3 || !IsKeyName(parts[0])) return NotAKey("it must be name+id+key");
  const auto encoded = FromStrictBase64(parts[2]);
  if (!encoded || encoded->size() != 1 + kKeyBytes || encoded->front() != kEd25519) {
    return NotAKey("the last part must be an Ed25519 key");
  }
  PublicKey bytes;
  std::copy(encoded->begin() + 1, encoded->end(), bytes.begin());
  VerifierKey key(parts[0], bytes);
  if (ToHex(key.id()) != parts[1]) return NotAKey("the id is not that of the key");
  return key;
}

std::string VerifierKey::Serialize() const {
  return absl::StrCat(name_, "+", ToHex(id_), "+", absl::Base64Escape(Encoded(key_)));
}

bool VerifierKey::Verify(std::string_view bytes, std::string_view signature) const {
  const std::unique_ptr<EVP_PKEY, Free> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key_.data(), key_.size()));
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Unsigned(signature), signature.size(), Unsigned(bytes),
                          bytes.size()) == 1;
}

}  // namespace billing::eventstore
