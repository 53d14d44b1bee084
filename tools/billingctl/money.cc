#include "tools/billingctl/money.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace billing::billingctl {
namespace {

// Of google.type.Money: nanos.
constexpr size_t kDecimalsMax = 9;
constexpr size_t kCodeLength = 3;

// ISO 4217's currencies whose minor unit is not a hundredth. Only the looks of an amount
// hang on this list: a currency missing here shows two decimals, or all that it has.
size_t UsualDecimals(absl::string_view currency) {
  constexpr std::array<absl::string_view, 17> kNone = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                                       "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                                       "VND", "VUV", "XAF", "XOF", "XPF"};
  constexpr std::array<absl::string_view, 7> kThree = {"BHD", "IQD", "JOD", "KWD",
                                                       "LYD", "OMR", "TND"};
  if (std::find(kNone.begin(), kNone.end(), currency) != kNone.end()) return 0;
  if (std::find(kThree.begin(), kThree.end(), currency) != kThree.end()) return 3;
  return currency == "CLF" || currency == "UYW" ? 4 : 2;
}

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

bool AllLetters(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); });
}

}  // namespace

std::string MoneyText(const google::type::Money& money) {
  if (money.currency_code().empty()) return "";
  // Units and nanos have the same sign; the sign is lost with units of zero.
  const bool negative = money.units() < 0 || money.nanos() < 0;
  const uint64_t units = money.units() < 0 ? uint64_t{0} - static_cast<uint64_t>(money.units())
                                           : static_cast<uint64_t>(money.units());
  std::string decimals =
      absl::StrFormat("%09d", money.nanos() < 0 ? -int64_t{money.nanos()} : money.nanos());
  const size_t usual = UsualDecimals(money.currency_code());
  while (decimals.size() > usual && decimals.back() == '0') decimals.pop_back();
  return absl::StrCat(negative ? "-" : "", units, decimals.empty() ? "" : ".", decimals, " ",
                      money.currency_code());
}

std::optional<google::type::Money> ParseMoney(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.size() <= kCodeLength) return std::nullopt;
  const absl::string_view currency = text.substr(text.size() - kCodeLength);
  const absl::string_view number =
      absl::StripTrailingAsciiWhitespace(text.substr(0, text.size() - kCodeLength));
  const size_t point = number.find('.');
  const absl::string_view whole = number.substr(0, point);
  std::string decimals;
  if (point != number.npos) decimals = std::string(number.substr(point + 1));
  const bool has_empty_part = whole.empty() || (point != number.npos && decimals.empty());
  if (has_empty_part || decimals.size() > kDecimalsMax || !AllDigits(whole) ||
      !AllDigits(decimals) || !AllLetters(currency)) {
    return std::nullopt;
  }
  decimals.resize(kDecimalsMax, '0');
  int64_t units = 0;
  int32_t nanos = 0;
  if (!absl::SimpleAtoi(whole, &units) || !absl::SimpleAtoi(decimals, &nanos)) return std::nullopt;
  google::type::Money money;
  money.set_currency_code(absl::AsciiStrToUpper(currency));
  money.set_units(units);
  money.set_nanos(nanos);
  return money;
}

}  // namespace billing::billingctl
