#include "aggregates/kernel/names.h"

#include <array>
#include <utility>

namespace billing::kernel {

namespace {

constexpr std::string_view kAccounts = "billingAccounts/";
constexpr std::array kCollections = {kCards, kSubscriptions, kBillingProfiles, kCharges,
                                     kTransfers};

std::string Join(std::string_view collection, std::string_view id) {
  if (IsFullName(id)) return std::string(id);
  std::string name;
  name.reserve(collection.size() + 1 + id.size());
  name.append(collection).append("/").append(id);
  return name;
}

// `cards/visa`.
std::optional<ResourceName> ParseRelative(AccountId account, std::string_view relative) {
  for (const std::string_view collection : kCollections) {
    if (!relative.starts_with(collection) || relative.substr(collection.size(), 1) != "/") continue;
    const std::string_view id = relative.substr(collection.size() + 1);
    if (!IsId(id)) return std::nullopt;
    return ResourceName{std::move(account), collection, std::string(id)};
  }
  return std::nullopt;
}

}  // namespace

std::string ResourceName::Relative() const {
  return collection.empty() ? std::string() : Join(collection, id);
}

std::optional<ResourceName> ParseName(std::string_view name) {
  if (!IsFullName(name)) return std::nullopt;
  std::string_view rest = name.substr(kAccounts.size());
  const size_t account_end = rest.find('/');
  std::optional<AccountId> account = AccountId::Parse(rest.substr(0, account_end));
  if (!account) return std::nullopt;
  if (account_end == std::string_view::npos) return ResourceName{*std::move(account), {}, {}};

  return ParseRelative(*std::move(account), rest.substr(account_end + 1));
}

std::optional<ResourceName> ParseNameIn(const AccountId& account, std::string_view name) {
  return IsFullName(name) ? ParseName(name) : ParseRelative(account, name);
}

std::optional<AccountId> ParseAccountName(std::string_view name) {
  std::optional<ResourceName> parsed = ParseName(name);
  if (!parsed || !parsed->collection.empty()) return std::nullopt;
  return std::move(parsed->account);
}

std::string AccountName(std::string_view account_id) {
  return std::string(kAccounts).append(account_id);
}

bool IsFullName(std::string_view name) { return name.starts_with(kAccounts); }

std::string FullName(std::string_view account_id, std::string_view relative) {
  if (relative.empty() || IsFullName(relative)) return std::string(relative);
  std::string name;
  name.reserve(kAccounts.size() + account_id.size() + 1 + relative.size());
  return name.append(kAccounts).append(account_id).append("/").append(relative);
}

std::string RelativeName(std::string_view account_id, std::string_view name) {
  if (!IsFullName(name)) return {};
  name.remove_prefix(kAccounts.size());
  if (!name.starts_with(account_id)) return {};
  name.remove_prefix(account_id.size());
  if (!name.starts_with("/")) return {};
  return std::string(name.substr(1));
}

std::string Relative(const CardId& id) { return Join(kCards, id.value()); }
std::string Relative(const SubscriptionId& id) { return Join(kSubscriptions, id.value()); }
std::string Relative(const BillingProfileId& id) { return Join(kBillingProfiles, id.value()); }
std::string Relative(const ChargeId& id) { return Join(kCharges, id.value()); }
std::string Relative(const TransferId& id) { return Join(kTransfers, id.value()); }

std::string_view IdOf(std::string_view relative) {
  // Whole when there is no slash: npos + 1 is 0.
  return relative.substr(relative.rfind('/') + 1);
}

}  // namespace billing::kernel
