// Full resource names of the wire (`billingAccounts/acme/cards/visa`) and the
// relative ones of the log (`cards/visa`).
#ifndef BILLING_AGGREGATES_KERNEL_NAMES_H_
#define BILLING_AGGREGATES_KERNEL_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "aggregates/kernel/ids.h"

namespace billing::kernel {

// The collections below an account, as they stand in names.
inline constexpr std::string_view kCards = "cards";
inline constexpr std::string_view kSubscriptions = "subscriptions";
inline constexpr std::string_view kBillingProfiles = "billingProfiles";
inline constexpr std::string_view kCharges = "charges";
inline constexpr std::string_view kTransfers = "transfers";

// A parsed full name: an account, or one resource of it.
struct ResourceName {
  AccountId account;
  // Empty for the account itself, else one of the collections above.
  std::string_view collection;
  // Empty for the account itself.
  std::string id;

  // `cards/visa`; empty for the account itself.
  std::string Relative() const;
};

// Nothing unless `name` is the full name of an account or of a resource of one.
std::optional<ResourceName> ParseName(std::string_view name);
// ParseName(FullName(account.value(), name)): of a name as the log of that account has it.
std::optional<ResourceName> ParseNameIn(const AccountId& account, std::string_view name);

// `billingAccounts/{account}`.
std::optional<AccountId> ParseAccountName(std::string_view name);
std::string AccountName(std::string_view account_id);

// Whether `name` is written as a full name; relative names never are.
bool IsFullName(std::string_view name);

// `cards/visa` → `billingAccounts/acme/cards/visa`; empty stays empty, a full name (of
// another account's resource, in a refused request) stays as it is.
std::string FullName(std::string_view account_id, std::string_view relative);
// The other way; empty when `name` is not of this account or is the account itself.
std::string RelativeName(std::string_view account_id, std::string_view name);

// `cards/visa`. An id that stands for another account's resource is its full name, and
// stays that.
std::string Relative(const CardId& id);
std::string Relative(const SubscriptionId& id);
std::string Relative(const BillingProfileId& id);
std::string Relative(const ChargeId& id);
std::string Relative(const TransferId& id);

// The id at the end of a relative name: `cards/visa` → `visa`.
std::string_view IdOf(std::string_view relative);

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_NAMES_H_
