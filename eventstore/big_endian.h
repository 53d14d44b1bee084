// Fixed-width integers as the files hold them: most significant byte first, so that
// keys sort as numbers do.
#ifndef BILLING_EVENTSTORE_BIG_ENDIAN_H_
#define BILLING_EVENTSTORE_BIG_ENDIAN_H_

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace billing::eventstore {

template <class Unsigned>
std::string ToBigEndian(Unsigned number) {
  std::string bytes(sizeof(Unsigned), '\0');
  for (size_t i = sizeof(Unsigned); i-- > 0; number = static_cast<Unsigned>(number >> 8)) {
    bytes[i] = static_cast<char>(number & 0xff);
  }
  return bytes;
}

// REQUIRES: `bytes` is as long as the number.
template <class Unsigned>
Unsigned FromBigEndian(std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little);
  static_assert(sizeof(Unsigned) == sizeof(uint64_t) || sizeof(Unsigned) == sizeof(uint32_t));
  assert(bytes.size() == sizeof(Unsigned));
  Unsigned number = 0;
  std::memcpy(&number, bytes.data(), sizeof(number));
  if constexpr (sizeof(number) == sizeof(uint64_t)) {
    return __builtin_bswap64(number);
  } else {
    return __builtin_bswap32(number);
  }
}

// Sorts as the bytes' first eight do; where there are fewer, zeros follow.
inline uint64_t FirstBe64(std::string_view bytes) {
  if (bytes.size() >= sizeof(uint64_t)) {
    return FromBigEndian<uint64_t>(bytes.substr(0, sizeof(uint64_t)));
  }
  uint64_t number = 0;
  for (size_t i = 0; i < sizeof(number); ++i) {
    number = number << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0);
  }
  return number;
}

inline std::string Be64(uint64_t number) { return ToBigEndian(number); }
inline std::string Be32(uint32_t number) { return ToBigEndian(number); }
inline uint64_t FromBe64(std::string_view bytes) { return FromBigEndian<uint64_t>(bytes); }
inline uint32_t FromBe32(std::string_view bytes) { return FromBigEndian<uint32_t>(bytes); }

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_BIG_ENDIAN_H_
