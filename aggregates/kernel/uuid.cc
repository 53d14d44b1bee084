#include "aggregates/kernel/uuid.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace billing::kernel {

namespace {

constexpr size_t kUuidTextLength = 36;

bool IsHyphenPlace(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

// -1: not a hexadecimal digit.
int HexValueOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool IsUuid(std::string_view text) {
  if (text.size() != kUuidTextLength) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsHyphenPlace(i) ? text[i] != '-' : HexValueOf(text[i]) < 0) return false;
  }
  return true;
}

std::optional<std::string> UuidBytes(std::string_view text) {
  if (!IsUuid(text)) return std::nullopt;
  std::string bytes;
  bytes.reserve(kUuidBytes);
  for (size_t i = 0; i < text.size(); i += 2) {
    if (IsHyphenPlace(i)) ++i;
    bytes.push_back(static_cast<char>(HexValueOf(text[i]) * 16 + HexValueOf(text[i + 1])));
  }
  return bytes;
}

std::string UuidText(std::string_view bytes) {
  assert(bytes.size() == kUuidBytes);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text(kUuidTextLength, '-');
  size_t place = 0;
  for (const char c : bytes) {
    if (IsHyphenPlace(place)) ++place;
    const auto byte = static_cast<unsigned char>(c);
    text[place++] = kHex[byte >> 4];
    text[place++] = kHex[byte & 0xF];
  }
  return text;
}

namespace {

std::string TextOfVersion(int version, std::string bytes) {
  bytes[6] = static_cast<char>((version << 4) | (bytes[6] & 0x0F));
  bytes[8] = static_cast<char>(0x80 | (bytes[8] & 0x3F));
  return UuidText(bytes);
}

}  // namespace

std::string UuidV7Text(int64_t unix_ms, const std::array<uint8_t, 10>& random) {
  assert(unix_ms >= 0 && unix_ms < (int64_t{1} << 48));
  std::string bytes;
  bytes.reserve(kUuidBytes);
  for (int shift = 40; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((unix_ms >> shift) & 0xFF));
  }
  std::for_each(random.begin(), random.end(),
                [&bytes](uint8_t byte) { bytes.push_back(static_cast<char>(byte)); });
  return TextOfVersion(7, std::move(bytes));
}

std::string UuidV8Text(const std::array<uint8_t, kUuidBytes>& bits) {
  return TextOfVersion(8, std::string(bits.begin(), bits.end()));
}

}  // namespace billing::kernel
