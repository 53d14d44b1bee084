#include "aggregates/judge/judge.h"

namespace billing::judge {

// Source: design page "The domain", Who may, the rows about reading.
Sight SightOf(const kernel::Caller& caller, const account::AccountState* account) {
  const kernel::PlatformRoles roles = caller.acting_roles();
  const bool is_operator = roles.Has(kernel::PlatformRole::kOperator);
  const bool is_auditor = roles.Has(kernel::PlatformRole::kAuditor);
  const bool is_biller = roles.Has(kernel::PlatformRole::kBiller);
  const bool is_administrator = account != nullptr && caller.actor() == account->administrator;
  return Sight{.account = is_administrator || is_biller || is_operator || is_auditor,
               .personal = is_administrator || is_operator,
               .vault_token = is_biller,
               .all_accounts = is_operator || is_auditor};
}

}  // namespace billing::judge
