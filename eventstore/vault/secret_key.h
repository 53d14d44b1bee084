// 32 secret bytes that are overwritten when they are no longer needed.
#ifndef BILLING_EVENTSTORE_VAULT_SECRET_KEY_H_
#define BILLING_EVENTSTORE_VAULT_SECRET_KEY_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace billing::eventstore {

class SecretKey {
 public:
  static constexpr size_t kBytes = 32;

  // All zeros.
  SecretKey() = default;
  // Nothing unless `bytes` has kBytes bytes.
  static std::optional<SecretKey> From(std::string_view bytes);
  // Fresh bytes for so many keys, drawn at once: a draw costs more than its bytes. Fails when the
  // machine has no randomness.
  static absl::StatusOr<std::vector<SecretKey>> Random(size_t count);

  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();

  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  const unsigned char* data() const { return bytes_.data(); }
  unsigned char* data() { return bytes_.data(); }

 private:
  std::array<unsigned char, kBytes> bytes_ = {};
};

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_VAULT_SECRET_KEY_H_
