#include "aggregates/kernel/money.h"

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

ParsedAmount Bad(BadMoney problem) { return {.amount = std::nullopt, .problem = problem}; }

}  // namespace

ParsedAmount AmountOf(const google::type::Money& money) {
  const auto digits = MinorUnitsOf(money.currency_code());
  if (!digits) return Bad(BadMoney::kCurrency);
  if (money.units() < 0 || money.nanos() < 0) return Bad(BadMoney::kNotPositive);
  if (money.nanos() >= kNanosPerUnit) return Bad(BadMoney::kNanos);
  if (money.units() == 0 && money.nanos() == 0) return Bad(BadMoney::kNotPositive);
  const int64_t minor_per_unit = PowerOfTen(*digits);
  const int64_t nanos_per_minor = kNanosPerUnit / minor_per_unit;
  if (money.nanos() % nanos_per_minor != 0) return Bad(BadMoney::kTooFine);
  int64_t minor = 0;
  if (__builtin_mul_overflow(money.units(), minor_per_unit, &minor) ||
      __builtin_add_overflow(minor, money.nanos() / nanos_per_minor, &minor)) {
    return Bad(BadMoney::kTooLarge);
  }
  return {.amount = Amount{.currency = money.currency_code(), .minor = minor}};
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
