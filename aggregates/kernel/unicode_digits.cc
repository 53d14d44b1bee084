// Every code point beyond ASCII whose Unicode Numeric_Type is Decimal or Digit: the digits
// of all scripts, full-width, mathematical, superscript, subscript and circled ones.
// Source: Unicode 14.0, UnicodeData.txt; taken over 2026-11-23.
#include <algorithm>
#include <array>
#include <cstdint>

#include "aggregates/kernel/unicode.h"

namespace billing::kernel {

namespace {

// `count` code points from `first`, which are `value`, `value` + 1 and so on.
struct DigitRange {
  char32_t first;
  int8_t value;
  int8_t count;
};

constexpr bool ByFirst(const DigitRange& a, const DigitRange& b) { return a.first < b.first; }

// clang-format off
constexpr std::array<DigitRange, 86> kDigits = {{
    {0x00B2, 2, 2}, {0x00B9, 1, 1}, {0x0660, 0, 10}, {0x06F0, 0, 10}, {0x07C0, 0, 10},
    {0x0966, 0, 10}, {0x09E6, 0, 10}, {0x0A66, 0, 10}, {0x0AE6, 0, 10}, {0x0B66, 0, 10},
    {0x0BE6, 0, 10}, {0x0C66, 0, 10}, {0x0CE6, 0, 10}, {0x0D66, 0, 10}, {0x0DE6, 0, 10},
    {0x0E50, 0, 10}, {0x0ED0, 0, 10}, {0x0F20, 0, 10}, {0x1040, 0, 10}, {0x1090, 0, 10},
    {0x1369, 1, 9}, {0x17E0, 0, 10}, {0x1810, 0, 10}, {0x1946, 0, 10}, {0x19D0, 0, 10},
    {0x19DA, 1, 1}, {0x1A80, 0, 10}, {0x1A90, 0, 10}, {0x1B50, 0, 10}, {0x1BB0, 0, 10},
    {0x1C40, 0, 10}, {0x1C50, 0, 10}, {0x2070, 0, 1}, {0x2074, 4, 6}, {0x2080, 0, 10},
    {0x2460, 1, 9}, {0x2474, 1, 9}, {0x2488, 1, 9}, {0x24EA, 0, 1}, {0x24F5, 1, 9},
    {0x24FF, 0, 1}, {0x2776, 1, 9}, {0x2780, 1, 9}, {0x278A, 1, 9}, {0xA620, 0, 10},
    {0xA8D0, 0, 10}, {0xA900, 0, 10}, {0xA9D0, 0, 10}, {0xA9F0, 0, 10}, {0xAA50, 0, 10},
    {0xABF0, 0, 10}, {0xFF10, 0, 10}, {0x104A0, 0, 10}, {0x10A40, 1, 4}, {0x10D30, 0, 10},
    {0x10E60, 1, 9}, {0x11052, 1, 9}, {0x11066, 0, 10}, {0x110F0, 0, 10}, {0x11136, 0, 10},
    {0x111D0, 0, 10}, {0x112F0, 0, 10}, {0x11450, 0, 10}, {0x114D0, 0, 10}, {0x11650, 0, 10},
    {0x116C0, 0, 10}, {0x11730, 0, 10}, {0x118E0, 0, 10}, {0x11950, 0, 10}, {0x11C50, 0, 10},
    {0x11D50, 0, 10}, {0x11DA0, 0, 10}, {0x16A60, 0, 10}, {0x16AC0, 0, 10}, {0x16B50, 0, 10},
    {0x1D7CE, 0, 10}, {0x1D7D8, 0, 10}, {0x1D7E2, 0, 10}, {0x1D7EC, 0, 10}, {0x1D7F6, 0, 10},
    {0x1E140, 0, 10}, {0x1E2F0, 0, 10}, {0x1E950, 0, 10}, {0x1F100, 0, 1}, {0x1F101, 0, 10},
    {0x1FBF0, 0, 10},
}};
// clang-format on
static_assert(std::is_sorted(kDigits.begin(), kDigits.end(), ByFirst));

}  // namespace

std::optional<int> DigitValueOf(char32_t point) {
  if (point < 0x80) {
    if (point < U'0' || point > U'9') return std::nullopt;
    return static_cast<int>(point - U'0');
  }
  const auto* after =
      std::upper_bound(kDigits.begin(), kDigits.end(), DigitRange{point, 0, 0}, ByFirst);
  if (after == kDigits.begin()) return std::nullopt;
  const DigitRange& range = *(after - 1);
  const char32_t offset = point - range.first;
  if (offset >= static_cast<char32_t>(range.count)) return std::nullopt;
  return range.value + static_cast<int>(offset);
}

}  // namespace billing::kernel
