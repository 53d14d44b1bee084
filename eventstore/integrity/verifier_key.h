// The public half of a signing key, under the name of the log that it signs for: what an
// auditor is given. https://c2sp.org/signed-note
//
//   <name>+<hex of the key id>+<base64(0x01 ‖ key)>
//   key id = first 4 bytes of SHA-256(name ‖ 0x0a ‖ 0x01 ‖ key)
#ifndef BILLING_EVENTSTORE_INTEGRITY_VERIFIER_KEY_H_
#define BILLING_EVENTSTORE_INTEGRITY_VERIFIER_KEY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace billing::eventstore {

// Copyable; thread-safe.
class VerifierKey {
 public:
  static constexpr size_t kKeyBytes = 32;
  using PublicKey = std::array<uint8_t, kKeyBytes>;

  // REQUIRES: `name` is a key name (note.h).
  VerifierKey(std::string name, const PublicKey& key);
  // InvalidArgument when it is not one of Ed25519, or its id is not its hash. White space
  // around it is taken: it comes from a file.
  static absl::StatusOr<VerifierKey> Parse(std::string_view text);

  std::string Serialize() const;
  const std::string& name() const { return name_; }
  // kKeyIdBytes.
  const std::string& id() const { return id_; }

  // Whether this key made the signature of these bytes.
  [[nodiscard]] bool Verify(std::string_view bytes, std::string_view signature) const;

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

 private:
  std::string name_;
  PublicKey key_;
  std::string id_;
};

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_INTEGRITY_VERIFIER_KEY_H_
