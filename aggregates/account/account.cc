#include "aggregates/account/account.h"

#include <utility>

#include "aggregates/kernel/names.h"

namespace billing::account {

using kernel::Decision;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

Decision Decide(const CreateBillingAccount& command, bool id_taken) {
  if (id_taken) return Refusal{Reason::kBillingAccountAlreadyExists};

  v1::Event fact;
  v1::BillingAccount& account = *fact.mutable_billing_account_created()->mutable_billing_account();
  // The one full name in the log: nothing else says which id the stream's account has.
  account.set_name(kernel::AccountName(command.account.value()));
  account.set_display_name(command.display_name);
  account.set_agreement(command.agreement);
  account.set_administrator(command.administrator.value());
  account.set_business(command.business);
  account.set_country(command.country);
  account.set_currency(command.currency);
  *account.mutable_policy() = ToMessage(command.policy);
  return kernel::FactsOf(std::move(fact));
}

Decision Decide(const SetPolicy& command, const AccountState& account) {
  if (command.policy == account.policy) return NothingToChange{};

  v1::Event fact;
  *fact.mutable_policy_changed()->mutable_policy() = ToMessage(command.policy);
  return kernel::FactsOf(std::move(fact));
}

Decision Decide(const UpdateBillingAccount& command, const AccountState& account) {
  const bool renames = command.display_name && *command.display_name != account.display_name;
  const bool reclassifies = command.business && *command.business != account.business;
  if (!renames && !reclassifies) return NothingToChange{};

  v1::Event fact;
  v1::BillingAccountUpdated& updated = *fact.mutable_billing_account_updated();
  v1::BillingAccount& values = *updated.mutable_billing_account();
  if (command.display_name) {
    values.set_display_name(*command.display_name);
    updated.mutable_update_mask()->add_paths("display_name");
  }
  if (command.business) {
    values.set_business(*command.business);
    updated.mutable_update_mask()->add_paths("business");
  }
  return kernel::FactsOf(std::move(fact));
}

}  // namespace billing::account
