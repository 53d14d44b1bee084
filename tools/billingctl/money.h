// Amounts of money as people type and read them. No floating point: every digit counts.
#ifndef BILLING_TOOLS_BILLINGCTL_MONEY_H_
#define BILLING_TOOLS_BILLINGCTL_MONEY_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "google/type/money.pb.h"

namespace billing::billingctl {

// `12.34 EUR`: with as many decimals as the currency has, and more when the amount is
// finer, for nothing is rounded. Empty for an unset amount.
std::string MoneyText(const google::type::Money& money);

// `12.34 EUR`, `12.34EUR`, `1500 JPY`: digits, up to nine decimals, an ISO 4217 code in
// either case. Nothing for another text, a sign and separators of thousands included.
// Whether the currency is the account's, and the amount positive and not too fine for it,
// is the server's to judge.
std::optional<google::type::Money> ParseMoney(absl::string_view text);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_MONEY_H_
