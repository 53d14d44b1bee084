// Text as code points: what the checks of free text need to know about each.
#ifndef BILLING_AGGREGATES_KERNEL_UNICODE_H_
#define BILLING_AGGREGATES_KERNEL_UNICODE_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace billing::kernel {

// The first code point of a text.
struct CodePoint {
  char32_t value;
  // How many bytes it takes, 1 to 4.
  size_t bytes;
  // False: the text does not start with well-formed UTF-8 (overlong forms, surrogates and
  // cut sequences included). Then `value` is U+FFFD and `bytes` is 1.
  bool valid;
};

// REQUIRES: `utf8` is not empty.
CodePoint FirstCodePoint(std::string_view utf8);

// How many code points `utf8` has; nothing when it is not well-formed UTF-8.
std::optional<size_t> CountCodePoints(std::string_view utf8);

// 0 to 9 for every digit that Unicode knows (Numeric_Type Decimal or Digit).
std::optional<int> DigitValueOf(char32_t point);

// White space and line ends: Zs, Zl, Zp and the white space among the controls.
bool IsSpace(char32_t point);

// Shows nothing of its own or only decorates its neighbour: format characters (zero
// width, joiners, bidi marks), variation selectors, combining marks.
bool IsInvisible(char32_t point);

// C0, DEL, C1, the line and paragraph separators, and the embeddings, overrides and
// isolates that turn the direction of text: what may make shown text lie.
bool IsControl(char32_t point);

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_UNICODE_H_
