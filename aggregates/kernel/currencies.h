// Currencies that an account may be billed in.
#ifndef BILLING_AGGREGATES_KERNEL_CURRENCIES_H_
#define BILLING_AGGREGATES_KERNEL_CURRENCIES_H_

#include <optional>
#include <string_view>

namespace billing::kernel {

// Decimal digits of the currency's minor unit: EUR 2, JPY 0, KWD 3. Nothing unless `code`
// is an active ISO 4217 code, upper case, of something that can be paid in.
std::optional<int> MinorUnitsOf(std::string_view code);

inline bool IsCurrency(std::string_view code) { return MinorUnitsOf(code).has_value(); }

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_CURRENCIES_H_
