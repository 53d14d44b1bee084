#include "aggregates/kernel/trace_parent.h"

#include <algorithm>

#include "aggregates/kernel/card_number.h"

namespace billing::kernel {
namespace {

// version-traceid-parentid-flags.
constexpr std::string_view kShape = "hh-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";
constexpr size_t kTraceIdAt = 3;
constexpr size_t kTraceIdLength = 32;
constexpr size_t kParentIdAt = 36;
constexpr size_t kParentIdLength = 16;
// Of versions the standard takes this one away.
constexpr std::string_view kNoVersion = "ff";

bool IsLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool IsGoodId(std::string_view id) {
  // A shorter id is put behind zeros.
  const size_t begin = id.find_first_not_of('0');
  if (begin == std::string_view::npos) return false;
  id.remove_prefix(begin);
  // Or before zeros, of which the first may be its own.
  for (;; id.remove_suffix(1)) {
    if (IsCardNumber(id)) return false;
    if (id.back() != '0') return true;
  }
}

}  // namespace

bool IsTraceParent(std::string_view text) {
  const auto fits = [](char c, char shape) { return shape == 'h' ? IsLowerHex(c) : c == shape; };
  return std::ranges::equal(text, kShape, fits) && !text.starts_with(kNoVersion) &&
         IsGoodId(text.substr(kTraceIdAt, kTraceIdLength)) &&
         IsGoodId(text.substr(kParentIdAt, kParentIdLength));
}

}  // namespace billing::kernel
