#include "aggregates/kernel/card_number.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "aggregates/kernel/unicode.h"

namespace billing::kernel {

namespace {

// Lengths as bits: bit n says that numbers of n digits exist.
constexpr uint32_t Lengths(int from, int to) {
  uint32_t bits = 0;
  for (int n = from; n <= to; ++n) bits |= 1U << n;
  return bits;
}

struct BrandPrefix {
  // The first `digits` digits are between `first` and `last`.
  uint32_t first;
  uint32_t last;
  size_t digits;
  uint32_t lengths;
};

constexpr size_t kLengthMin = 12;
constexpr size_t kLengthMax = 19;
constexpr size_t kTokenLengthMin = 13;

// Brands whose ranges lie within another's (Elo, Verve, RuPay: 4, 50, 60, 63, 65) are caught
// by that one.
constexpr std::array kBrands = {
    // Visa; 13 digits are historic.
    BrandPrefix{4, 4, 1, Lengths(13, 13) | Lengths(16, 16) | Lengths(18, 19)},
    // Mastercard
    BrandPrefix{51, 55, 2, Lengths(16, 16)},
    BrandPrefix{2221, 2720, 4, Lengths(16, 16)},
    // American Express
    BrandPrefix{34, 34, 2, Lengths(15, 15)},
    BrandPrefix{37, 37, 2, Lengths(15, 15)},
    // Diners Club
    BrandPrefix{300, 305, 3, Lengths(14, 14) | Lengths(16, 16) | Lengths(19, 19)},
    BrandPrefix{36, 36, 2, Lengths(14, 14) | Lengths(16, 16) | Lengths(19, 19)},
    BrandPrefix{38, 39, 2, Lengths(14, 14) | Lengths(16, 16) | Lengths(19, 19)},
    // Discover
    BrandPrefix{6011, 6011, 4, Lengths(16, 16) | Lengths(19, 19)},
    BrandPrefix{644, 649, 3, Lengths(16, 16) | Lengths(19, 19)},
    BrandPrefix{65, 65, 2, Lengths(16, 16) | Lengths(19, 19)},
    // JCB
    BrandPrefix{2131, 2131, 4, Lengths(16, 19)},
    BrandPrefix{1800, 1800, 4, Lengths(16, 19)},
    BrandPrefix{3528, 3589, 4, Lengths(16, 19)},
    // UnionPay
    BrandPrefix{62, 62, 2, Lengths(14, 19)},
    BrandPrefix{81, 81, 2, Lengths(14, 19)},
    // Maestro
    BrandPrefix{493698, 493698, 6, Lengths(12, 19)},
    BrandPrefix{50, 50, 2, Lengths(12, 19)},
    BrandPrefix{56, 59, 2, Lengths(12, 19)},
    BrandPrefix{63, 63, 2, Lengths(12, 19)},
    BrandPrefix{67, 67, 2, Lengths(12, 19)},
    // Mir
    BrandPrefix{2200, 2204, 4, Lengths(16, 19)},
    // Hipercard and RuPay
    BrandPrefix{60, 60, 2, Lengths(16, 16)},
    // Troy
    BrandPrefix{9792, 9792, 4, Lengths(16, 16)},
};

bool HasPrefix(std::string_view digits, const BrandPrefix& brand) {
  if (digits.size() < brand.digits) return false;
  uint32_t prefix = 0;
  for (const char c : digits.substr(0, brand.digits)) {
    prefix = prefix * 10 + static_cast<uint32_t>(c - '0');
  }
  return prefix >= brand.first && prefix <= brand.last;
}

bool HasRightCheckDigit(std::string_view digits) {
  int sum = 0;
  bool doubled = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, doubled = !doubled) {
    const int value = (*it - '0') * (doubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

bool StartsWithCardNumber(std::string_view digits) {
  uint32_t lengths = 0;
  for (const BrandPrefix& brand : kBrands) {
    if (HasPrefix(digits, brand)) lengths |= brand.lengths;
  }
  for (size_t n = kLengthMin; n <= std::min(kLengthMax, digits.size()); ++n) {
    if ((lengths & (1U << n)) != 0 && HasRightCheckDigit(digits.substr(0, n))) return true;
  }
  return false;
}

bool RunHoldsCardNumber(std::string_view digits) {
  for (; digits.size() >= kLengthMin; digits.remove_prefix(1)) {
    if (StartsWithCardNumber(digits)) return true;
  }
  return false;
}

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }

bool IsSeparator(char32_t point) {
  // The full-width forms of '!' to '~'.
  if (point >= 0xFF01 && point <= 0xFF5E) point = point - 0xFF01 + '!';
  if (point < 0x80) {
    const char c = static_cast<char>(point);
    return !IsAsciiLetter(c) && !IsAsciiDigit(c);
  }
  // Hyphens, dashes, minus, bullets, dots, ties.
  constexpr std::u32string_view kSeparators =
      U"\u00B7\u058A\u05BE\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019\u2022"
      U"\u2024\u2027\u203F\u2040\u2043\u2044\u2212\u2215\u22C5\u2E17\u2E1A\u2E3A\u2E3B\u2E40"
      U"\u3001\u3002\u301C\u3030\u30A0\u30FB\uFE31\uFE32\uFE58\uFE63\uFF65";
  return IsSpace(point) || kSeparators.find(point) != std::u32string_view::npos;
}

// Most texts have fewer digits than any card number.
bool HasEnoughDigits(std::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    // Beyond ASCII every byte may be one of a digit's.
    if ((c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) ++digits;
  }
  return digits >= kLengthMin;
}

}  // namespace

bool HoldsCardNumber(std::string_view text) {
  if (!HasEnoughDigits(text)) return false;
  std::string run;
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    text.remove_prefix(point.bytes);
    if (const std::optional<int> digit = DigitValueOf(point.value)) {
      run.push_back(static_cast<char>('0' + *digit));
    } else if (!IsSeparator(point.value) && !IsInvisible(point.value)) {
      if (RunHoldsCardNumber(run)) return true;
      run.clear();
    }
  }
  return RunHoldsCardNumber(run);
}

bool IsCardNumber(std::string_view token) {
  if (!HasEnoughDigits(token)) return false;
  std::string kept;
  for (const char c : token) {
    if (!IsSeparator(static_cast<unsigned char>(c))) kept.push_back(c);
  }
  std::string_view digits = kept;
  while (!digits.empty() && IsAsciiLetter(digits.front())) digits.remove_prefix(1);
  while (!digits.empty() && IsAsciiLetter(digits.back())) digits.remove_suffix(1);
  if (digits.size() < kTokenLengthMin || digits.size() > kLengthMax) return false;
  return std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         std::any_of(kBrands.begin(), kBrands.end(),
                     [&](const BrandPrefix& brand) { return HasPrefix(digits, brand); }) &&
         HasRightCheckDigit(digits);
}

}  // namespace billing::kernel
