#include "tools/billingctl/utf8.h"

#include <algorithm>

namespace billing::billingctl {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

// Of a code point whose first byte this is; 0: none has it.
size_t LengthBy(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

// Bytes of the code point that the text begins with; 0: it begins with none.
size_t FirstCodePoint(absl::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const size_t bytes = LengthBy(first);
  if (bytes < 2 || bytes > text.size()) return bytes == 1 ? 1 : 0;
  const unsigned char lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < lowest || byte(1) > highest) return 0;
  for (size_t i = 2; i < bytes; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return bytes;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t bytes = FirstCodePoint(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string AsUtf8(absl::string_view text) {
  std::string utf8;
  while (!text.empty()) {
    const size_t bytes = FirstCodePoint(text);
    utf8 += bytes == 0 ? kReplacement : std::string(text.substr(0, bytes));
    text.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return utf8;
}

}  // namespace billing::billingctl
