#include "aggregates/kernel/unicode.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>

namespace billing::kernel {

namespace {

constexpr CodePoint kInvalid = {0xFFFD, 1, false};

struct Range {
  char32_t first;
  char32_t last;
};

bool IsIn(std::span<const Range> ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(), [point](const Range& range) {
    return point >= range.first && point <= range.last;
  });
}

// Source: Unicode 14.0, general category Cf, Variation_Selector, the fillers of
// Default_Ignorable_Code_Point, and the blocks of combining marks that fit any base.
constexpr std::array kInvisible = {
    Range{0x00AD, 0x00AD},   Range{0x0300, 0x036F},   Range{0x0600, 0x0605},
    Range{0x061C, 0x061C},   Range{0x06DD, 0x06DD},   Range{0x070F, 0x070F},
    Range{0x0890, 0x0891},   Range{0x08E2, 0x08E2},   Range{0x115F, 0x1160},
    Range{0x17B4, 0x17B5},   Range{0x180B, 0x180F},   Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF},   Range{0x200B, 0x200F},   Range{0x202A, 0x202E},
    Range{0x2060, 0x206F},   Range{0x20D0, 0x20FF},   Range{0x3164, 0x3164},
    Range{0xFE00, 0xFE0F},   Range{0xFE20, 0xFE2F},   Range{0xFEFF, 0xFEFF},
    Range{0xFFA0, 0xFFA0},   Range{0xFFF9, 0xFFFB},   Range{0x110BD, 0x110BD},
    Range{0x110CD, 0x110CD}, Range{0x13430, 0x13438}, Range{0x1BCA0, 0x1BCA3},
    Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE0FFF},
};

// Beyond ASCII.
constexpr std::array kSpaces = {
    Range{0x0085, 0x0085}, Range{0x00A0, 0x00A0}, Range{0x1680, 0x1680}, Range{0x2000, 0x200A},
    Range{0x2028, 0x2029}, Range{0x202F, 0x202F}, Range{0x205F, 0x205F}, Range{0x3000, 0x3000},
};

// Beyond ASCII.
constexpr std::array kControls = {
    Range{0x0080, 0x009F},
    Range{0x2028, 0x2029},
    Range{0x202A, 0x202E},
    Range{0x2066, 0x2069},
};

}  // namespace

CodePoint FirstCodePoint(std::string_view utf8) {
  assert(!utf8.empty());
  const auto byte = [utf8](size_t i) { return static_cast<unsigned char>(utf8[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};

  const size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || utf8.size() < bytes) return kInvalid;
  char32_t value = lead & (0xFFU >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kInvalid;
    value = (value << 6) | (byte(i) & 0x3F);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[bytes] || value > 0x10FFFF || surrogate) return kInvalid;
  return {value, bytes, true};
}

std::optional<size_t> CountCodePoints(std::string_view utf8) {
  size_t count = 0;
  while (!utf8.empty()) {
    const CodePoint point = FirstCodePoint(utf8);
    if (!point.valid) return std::nullopt;
    utf8.remove_prefix(point.bytes);
    ++count;
  }
  return count;
}

bool IsSpace(char32_t point) {
  if (point < 0x80) return point == U' ' || (point >= U'\t' && point <= U'\r');
  return IsIn(kSpaces, point);
}

bool IsInvisible(char32_t point) { return point >= 0x80 && IsIn(kInvisible, point); }

bool IsControl(char32_t point) {
  if (point < 0x80) return point < U' ' || point == 0x7F;
  return IsIn(kControls, point);
}

}  // namespace billing::kernel
