#include "aggregates/judge/judge.h"

namespace billing::judge {

projections::HeldRoles GrantedRoles(const kernel::Caller& caller, projections::AccountNumber number,
                                    const account::AccountState& account,
                                    const projections::StateReader& states) {
  if (caller.actor() == account.administrator) return {};
  return states.RolesOf(number, caller.actor());
}

// Source: design page "The domain", Who may, the rows about reading.
Sight SightOf(const kernel::Caller& caller, const account::AccountState* account,
              const projections::HeldRoles& roles) {
  const kernel::PlatformRoles platform = caller.acting_roles();
  const bool is_operator = platform.Has(kernel::PlatformRole::kOperator);
  const bool is_auditor = platform.Has(kernel::PlatformRole::kAuditor);
  const bool is_biller = platform.Has(kernel::PlatformRole::kBiller);
  const bool exists = account != nullptr;
  const bool is_administrator = exists && caller.actor() == account->administrator;
  const bool owns = exists && (roles.owner || roles.contributor);
  const bool reads = exists && roles.reader;

  Sight sight{
      .account = is_administrator || owns || reads || is_biller || is_operator || is_auditor,
      .personal = is_administrator || owns || is_operator,
      .vault_token = is_biller,
      .decline_detail = is_biller || is_operator || is_auditor,
      .all_accounts = is_operator || is_auditor};
  // Of charges each sees what it was billed: a charge does not move along with its subscription,
  // for it is still this profile that owes it.
  if (exists && !sight.account) {
    for (const auto& [profile, held] : roles.profiles) sight.profiles.insert(profile);
  }
  return sight;
}

Sight SightOf(const kernel::Caller& caller, const kernel::AccountId& id,
              const projections::StateReader& states) {
  const auto number = states.FindAccount(id);
  const auto account = number ? states.SharedAccount(*number) : nullptr;
  if (!account) return SightOf(caller, nullptr, {});
  return SightOf(caller, &*account, GrantedRoles(caller, *number, *account, states));
}

}  // namespace billing::judge
