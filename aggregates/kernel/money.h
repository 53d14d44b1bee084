// Money as integer minor units: cents of EUR, yen of JPY, fils of KWD.
#ifndef BILLING_AGGREGATES_KERNEL_MONEY_H_
#define BILLING_AGGREGATES_KERNEL_MONEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "google/type/money.pb.h"

namespace billing::kernel {

// An amount in some currency, which need not be the account's.
struct Amount {
  std::string currency;  // ISO 4217, upper case
  int64_t minor = 0;
  friend bool operator==(const Amount&, const Amount&) = default;
};

// Why a Money message is no amount.
enum class BadMoney {
  kCurrency,     // no currency that can be paid in
  kNotPositive,  // zero, negative, or units and nanos of opposite signs
  kNanos,        // outside 0 to 999,999,999
  kTooFine,      // finer than the currency's minor unit
  kTooLarge,     // more minor units than 64 bits hold
};

struct ParsedAmount {
  std::optional<Amount> amount;
  // When there is no amount: at least one, each once, in the order of BadMoney.
  std::vector<BadMoney> problems;
};

// Exactly; nothing is rounded. What only the currency tells, kTooFine and kTooLarge, is not told
// beside kCurrency.
ParsedAmount AmountOf(const google::type::Money& money);

// REQUIRES: `currency` is one that MinorUnitsOf knows.
google::type::Money MoneyOf(int64_t minor, std::string_view currency);
inline google::type::Money MoneyOf(const Amount& amount) {
  return MoneyOf(amount.minor, amount.currency);
}

// Nothing when the sum does not fit.
std::optional<int64_t> Sum(int64_t a, int64_t b);

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_MONEY_H_
