// The RFC 9162 tree over the log: leaf i is the record at position i + 1.
#ifndef BILLING_EVENTSTORE_INTEGRITY_MERKLE_H_
#define BILLING_EVENTSTORE_INTEGRITY_MERKLE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"

namespace billing::eventstore {

using Hash = std::array<uint8_t, 32>;

Hash Sha256(std::string_view bytes);
// HMAC-SHA-256.
Hash HmacSha256(std::string_view key, std::string_view bytes);

// SHA-256(0x00 ‖ record).
Hash LeafHash(std::string_view record);
// SHA-256(0x01 ‖ left ‖ right).
Hash NodeHash(const Hash& left, const Hash& right);

std::string_view AsBytes(const Hash& hash);
// Lower-case hexadecimal.
std::string ToHex(std::string_view bytes);

// The part of the tree that appending needs: the roots of its perfect subtrees, from
// the largest to the smallest. At most 64 hashes.
class Frontier {
 public:
  void Append(const Hash& leaf);
  // The same, and tells of every perfect subtree that the leaf completes, in ascending
  // order of their heights, which begin at 1.
  void Append(const Hash& leaf,
              absl::FunctionRef<void(unsigned height, const Hash& root)> completed);
  uint64_t size() const { return size_; }
  // The tree's root; SHA-256 of nothing for the empty tree.
  Hash Root() const;

  // Whether its smallest perfect subtrees are all that `tail` has.
  bool EndsWith(const Frontier& tail) const;

  // be64(size) ‖ 32 bytes per perfect subtree. Parse gives nothing for other bytes.
  std::string Serialize() const;
  static std::optional<Frontier> Parse(std::string_view bytes);

 private:
  uint64_t size_ = 0;
  std::vector<Hash> roots_;
};

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_INTEGRITY_MERKLE_H_
