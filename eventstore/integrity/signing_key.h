// The Ed25519 key that signs checkpoints: a PEM file (PKCS #8) that only its owner may
// read, as `openssl genpkey -algorithm ed25519` writes it.
#ifndef BILLING_EVENTSTORE_INTEGRITY_SIGNING_KEY_H_
#define BILLING_EVENTSTORE_INTEGRITY_SIGNING_KEY_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/integrity/verifier_key.h"

namespace billing::eventstore {

// Thread-safe; copies share the key.
class SigningKey {
 public:
  // NotFound when there is none; FailedPrecondition when it is not a file, others may read it,
  // or it is not an unencrypted private key of Ed25519 in PEM.
  static absl::StatusOr<SigningKey> Load(const std::string& path);
  // A fresh one, in memory only. Internal when OpenSSL fails.
  static absl::StatusOr<SigningKey> Generate();
  // Makes a fresh one in a file, 0600, durable when it returns. REQUIRES: no file `path`.
  static absl::StatusOr<SigningKey> Create(const std::string& path);

  // The public half under a name.
  VerifierKey Verifier(std::string name) const;
  // 64 bytes. Internal when OpenSSL fails.
  absl::StatusOr<std::string> Sign(std::string_view bytes) const;

 private:
  struct Key;
  explicit SigningKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;
};

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_INTEGRITY_SIGNING_KEY_H_
