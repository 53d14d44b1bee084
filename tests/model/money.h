// Money in the model: an amount is units and nanos, its minor units are counted out.
#ifndef BILLING_TESTS_MODEL_MONEY_H_
#define BILLING_TESTS_MODEL_MONEY_H_

#include <cstdint>
#include <string>

#include "google/type/money.pb.h"

namespace billing::model {

// Minor units in one unit of the currencies that the model's accounts use: EUR and INR have
// cents, JPY has none, KWD has fils.
inline int64_t MinorPerUnit(const std::string& currency) {
  if (currency == "JPY") return 1;
  if (currency == "KWD") return 1'000;
  return 100;
}

inline int64_t MinorOf(const google::type::Money& money) {
  const int64_t per_unit = MinorPerUnit(money.currency_code());
  return money.units() * per_unit + money.nanos() / (1'000'000'000 / per_unit);
}

inline google::type::Money MoneyOf(int64_t minor, const std::string& currency) {
  const int64_t per_unit = MinorPerUnit(currency);
  google::type::Money money;
  money.set_currency_code(currency);
  money.set_units(minor / per_unit);
  money.set_nanos(static_cast<int32_t>(minor % per_unit * (1'000'000'000 / per_unit)));
  return money;
}

}  // namespace billing::model

#endif  // BILLING_TESTS_MODEL_MONEY_H_
