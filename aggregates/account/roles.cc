#include <utility>

#include "aggregates/account/account.h"
#include "aggregates/kernel/names.h"

namespace billing::account {
namespace {

using kernel::Decision;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

// RoleGranted and RoleRevoked look alike.
template <class Fact>
void Describe(const RoleBinding& binding, Fact& fact) {
  fact.set_principal(binding.principal.value());
  fact.set_role(binding.role);
  if (binding.billing_profile) {
    fact.set_billing_profile(kernel::Relative(*binding.billing_profile));
  }
}

bool IsAdministrators(const RoleBinding& binding) { return binding.role == v1::ROLE_ADMINISTRATOR; }

}  // namespace

// The administrator's role moves only by handover: whoever asks to grant or revoke it is
// told first that it is held already, or by somebody else.
Decision Decide(const GrantRole& command, const AccountState& account, bool granted,
                uint32_t bindings) {
  const RoleBinding& binding = command.binding;
  if (IsAdministrators(binding)) {
    return Refusal{binding.principal == account.administrator ? Reason::kRoleAlreadyGranted
                                                              : Reason::kAdministratorRequired};
  }
  if (granted) return Refusal{Reason::kRoleAlreadyGranted};
  if (bindings >= kRoleBindingsMax) return Refusal{Reason::kRoleLimitReached};

  v1::Event fact;
  Describe(binding, *fact.mutable_role_granted());
  return kernel::FactsOf(std::move(fact));
}

Decision Decide(const RevokeRole& command, const AccountState& account, bool granted) {
  const RoleBinding& binding = command.binding;
  if (IsAdministrators(binding)) {
    return Refusal{binding.principal == account.administrator ? Reason::kAdministratorRequired
                                                              : Reason::kRoleNotGranted};
  }
  if (!granted) return Refusal{Reason::kRoleNotGranted};

  v1::Event fact;
  Describe(binding, *fact.mutable_role_revoked());
  return kernel::FactsOf(std::move(fact));
}

Decision Decide(const HandOverAdministrator& command, const AccountState& account) {
  if (command.principal == account.administrator) return NothingToChange{};

  v1::Event fact;
  v1::AdministratorChanged& changed = *fact.mutable_administrator_changed();
  changed.set_administrator(command.principal.value());
  changed.set_previous_administrator(account.administrator.value());
  return kernel::FactsOf(std::move(fact));
}

}  // namespace billing::account
