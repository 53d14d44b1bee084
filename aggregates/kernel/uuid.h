// UUIDs as text and as their 16 bytes. Source: RFC 9562.
#ifndef BILLING_AGGREGATES_KERNEL_UUID_H_
#define BILLING_AGGREGATES_KERNEL_UUID_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billing::kernel {

inline constexpr size_t kUuidBytes = 16;

// Whether `text` is a UUID of any version in its canonical form: hexadecimal digits in
// groups of 8-4-4-4-12, either case.
bool IsUuid(std::string_view text);

// The 16 bytes; nothing unless IsUuid(text). Texts that differ in case only are one UUID.
std::optional<std::string> UuidBytes(std::string_view text);

// Canonical text in lower case.
// REQUIRES: 16 bytes.
std::string UuidText(std::string_view bytes);

// Text of a UUIDv7: the time, then random bits (the top bits of `random[0]` and `random[2]`
// give way to version and variant). Texts sort by time.
// REQUIRES: 0 <= unix_ms < 2^48.
std::string UuidV7Text(int64_t unix_ms, const std::array<uint8_t, 10>& random);

// Text of a UUIDv8: bits of our own choice, e.g. of a hash (the top bits of `bits[6]` and
// `bits[8]` give way to version and variant).
std::string UuidV8Text(const std::array<uint8_t, kUuidBytes>& bits);

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_UUID_H_
