// The words that descriptions are made of. Internal to this room.
#ifndef BILLING_PROJECTIONS_HISTORY_WORDS_H_
#define BILLING_PROJECTIONS_HISTORY_WORDS_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "aggregates/kernel/names.h"
#include "billing/v1/event.pb.h"

namespace billing::projections {

// A line names at most this many things of one kind; the rest is counted.
inline constexpr size_t kNamedMax = 5;

// `cards/visa` and `billingAccounts/acme/cards/visa` → `visa`.
inline std::string Bare(std::string_view name) { return std::string(kernel::IdOf(name)); }

// `cards/visa` and `billingAccounts/acme/cards/visa` → `card visa`.
inline std::string Kind(std::string_view name) {
  if (name.empty()) return "the account";
  const std::string id = Bare(name);
  name.remove_suffix(std::min(name.size(), id.size() + 1));
  const std::string collection = Bare(name);
  if (collection == kernel::kCards) return absl::StrCat("card ", id);
  if (collection == kernel::kSubscriptions) return absl::StrCat("subscription ", id);
  if (collection == kernel::kBillingProfiles) return absl::StrCat("billing profile ", id);
  if (collection == kernel::kCharges) return absl::StrCat("charge ", id);
  if (collection == kernel::kTransfers) return absl::StrCat("transfer ", id);
  return absl::StrCat("account ", id);
}

// `BRAND_VISA` → `VISA`.
inline std::string Short(const std::string& value, std::string_view prefix) {
  return value.starts_with(prefix) ? value.substr(prefix.size()) : value;
}

inline std::string Short(billing::v1::SubscriptionState state) {
  return Short(SubscriptionState_Name(state), "SUBSCRIPTION_STATE_");
}

inline std::string Month(const billing::v1::YearMonth& month) {
  return absl::StrFormat("%04d-%02d", month.year(), month.month());
}

// `a, b and 7 more`, of `total` in all.
inline std::string List(std::vector<std::string> names, size_t total) {
  const size_t named = std::min(names.size(), kNamedMax);
  const size_t rest = total - named;
  names.resize(named);
  return absl::StrCat(absl::StrJoin(names, ", "),
                      rest == 0 ? "" : absl::StrCat(" and ", rest, " more"));
}

inline std::string List(std::vector<std::string> names) {
  const size_t total = names.size();
  return List(std::move(names), total);
}

inline std::string Paths(const google::protobuf::FieldMask& mask) {
  return absl::StrJoin(mask.paths(), ", ");
}

// The facts about profiles, charges, payments, invoices and transfers.
std::string Words(const billing::v1::BillingProfileCreated& fact);
std::string Words(const billing::v1::PaymentMethodReplaced& fact);
std::string Words(const billing::v1::PaymentMethodDetached& fact);
std::string Words(const billing::v1::ChargeRecorded& fact);
std::string Words(const billing::v1::PaymentSucceeded& fact);
std::string Words(const billing::v1::PaymentDeclined& fact);
std::string Words(const billing::v1::ChargeVoided& fact);
std::string Words(const billing::v1::BalanceSettled& fact);
std::string Words(const billing::v1::SwitchedToInvoice& fact);
std::string Words(const billing::v1::TransferSent& fact);
std::string Words(const billing::v1::SubscriptionTransferredIn& fact);
std::string Words(const billing::v1::SubscriptionTransferredOut& fact);
std::string Words(const billing::v1::TransferDeclined& fact);
std::string Words(const billing::v1::TransferCancelled& fact);
std::string Words(const billing::v1::TransferExpired& fact);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_HISTORY_WORDS_H_
