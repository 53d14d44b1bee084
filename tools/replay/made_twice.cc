#include "tools/replay/made_twice.h"

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"
#include "projections/state/keys.h"

namespace billing::replay {
namespace {

using billing::v1::Event;
namespace keys = projections::keys;

// The row of what the fact makes; empty when it makes nothing.
std::string RowOfNew(uint64_t account, const Event& event) {
  const auto key = [account](auto key_of, const std::string& name) {
    return key_of(account, kernel::IdOf(name));
  };
  if (event.has_card_added()) return key(keys::Card, event.card_added().card().name());
  if (event.has_subscription_created()) {
    return key(keys::Subscription, event.subscription_created().subscription().name());
  }
  if (event.has_charge_recorded()) {
    return key(keys::Charge, event.charge_recorded().charge().name());
  }
  if (event.has_billing_account_created()) {
    return keys::AccountById(
        kernel::IdOf(event.billing_account_created().billing_account().name()));
  }
  if (event.has_billing_profile_created()) {
    return key(keys::BillingProfile, event.billing_profile_created().billing_profile().name());
  }
  if (event.has_transfer_sent()) {
    return key(keys::Transfer, event.transfer_sent().transfer().name());
  }
  if (event.has_subscription_transferred_in()) {
    return key(keys::Subscription, event.subscription_transferred_in().subscription().name());
  }
  return {};
}

}  // namespace

std::optional<std::string> MadeTwice(const storage::v1::Record& record,
                                     const projections::RowReader& rows) {
  const std::string key = RowOfNew(record.account(), record.event());
  if (key.empty() || !rows.Get(key)) return std::nullopt;
  return "the record makes something under an id that was used before";
}

}  // namespace billing::replay
