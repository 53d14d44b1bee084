#include "aggregates/kernel/ids.h"

#include <algorithm>

#include "aggregates/kernel/uuid.h"

namespace billing::kernel {

namespace {

constexpr size_t kIdLengthMax = 63;
// A digit run of this length could be a card number: the shortest have 12 digits.
constexpr int kDigitRunForbidden = 12;
constexpr size_t kPrincipalLengthMax = 128;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsIdEdge(char c) { return IsLower(c) || IsDigit(c); }

bool IsPrincipalCharacter(char c) {
  return IsLower(c) || IsUpper(c) || IsDigit(c) ||
         std::string_view("._@+-").find(c) != std::string_view::npos;
}

int LongestDigitRun(std::string_view text) {
  int longest = 0;
  int run = 0;
  for (const char c : text) {
    if (c == '-') continue;
    run = IsDigit(c) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

bool IsId(std::string_view text) {
  if (text.empty() || text.size() > kIdLengthMax) return false;
  if (!IsIdEdge(text.front()) || !IsIdEdge(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return IsIdEdge(c) || c == '-'; });
}

bool IsChosenId(std::string_view text) {
  if (!IsId(text)) return false;
  if (IsUuid(text)) return true;
  return std::any_of(text.begin(), text.end(), IsLower) &&
         LongestDigitRun(text) < kDigitRunForbidden;
}

bool IsPrincipal(std::string_view text) {
  for (const std::string_view kind : {"users/", "services/"}) {
    if (!text.starts_with(kind)) continue;
    const std::string_view name = text.substr(kind.size());
    return !name.empty() && name.size() <= kPrincipalLengthMax &&
           std::all_of(name.begin(), name.end(), IsPrincipalCharacter);
  }
  return false;
}

}  // namespace billing::kernel
