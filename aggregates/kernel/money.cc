#include "aggregates/kernel/money.h"

#include <algorithm>
#include <cassert>

#include "aggregates/kernel/currencies.h"

namespace billing::kernel {
namespace {

constexpr int64_t kNanosPerUnit = 1'000'000'000;

// 10^digits. REQUIRES: 0 <= digits <= 9.
int64_t PowerOfTen(int digits) {
  assert(0 <= digits && digits <= 9);
  int64_t power = 1;
  for (int i = 0; i < digits; ++i) power *= 10;
  return power;
}

bool IsPositive(const google::type::Money& money) {
  return money.units() >= 0 && money.nanos() >= 0 && (money.units() > 0 || money.nanos() > 0);
}

// Nothing when it does not fit. REQUIRES: `units` and `minor` are not negative.
std::optional<int64_t> MinorOf(int64_t units, int64_t minor, int64_t minor_per_unit) {
  int64_t of_units = 0;
  if (__builtin_mul_overflow(units, minor_per_unit, &of_units)) return std::nullopt;
  return Sum(of_units, minor);
}

}  // namespace

ParsedAmount AmountOf(const google::type::Money& money) {
  ParsedAmount parsed;
  const auto bad = [&parsed](BadMoney problem) { parsed.problems.push_back(problem); };
  const auto digits = MinorUnitsOf(money.currency_code());
  if (!digits) bad(BadMoney::kCurrency);
  if (!IsPositive(money)) bad(BadMoney::kNotPositive);
  if (money.nanos() >= kNanosPerUnit) bad(BadMoney::kNanos);
  if (!digits) return parsed;

  const int64_t minor_per_unit = PowerOfTen(*digits);
  const int64_t nanos_per_minor = kNanosPerUnit / minor_per_unit;
  // What is bad already is nothing to the other field.
  const int64_t units = std::max<int64_t>(money.units(), 0);
  const int64_t nanos = 0 <= money.nanos() && money.nanos() < kNanosPerUnit ? money.nanos() : 0;
  const auto minor = MinorOf(units, nanos / nanos_per_minor, minor_per_unit);
  if (nanos % nanos_per_minor != 0) bad(BadMoney::kTooFine);
  if (!minor) bad(BadMoney::kTooLarge);
  if (parsed.problems.empty()) {
    parsed.amount = Amount{.currency = money.currency_code(), .minor = *minor};
  }
  return parsed;
}

google::type::Money MoneyOf(int64_t minor, std::string_view currency) {
  const auto digits = MinorUnitsOf(currency);
  assert(digits.has_value());
  const int64_t minor_per_unit = PowerOfTen(*digits);
  google::type::Money money;
  money.set_currency_code(std::string(currency));
  money.set_units(minor / minor_per_unit);
  money.set_nanos(static_cast<int32_t>(minor % minor_per_unit * (kNanosPerUnit / minor_per_unit)));
  return money;
}

std::optional<int64_t> Sum(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

}  // namespace billing::kernel
