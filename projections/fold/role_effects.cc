#include "projections/fold/effects.h"
#include "projections/fold/ids_in.h"
#include "projections/state/keys.h"

namespace billing::projections {
namespace {

// RoleGranted and RoleRevoked look alike.
template <class Fact>
account::RoleBinding BindingIn(const Fact& fact) {
  return {.principal = kernel::Principal::FromStored(fact.principal()),
          .role = fact.role(),
          .billing_profile = OptionalIdIn<kernel::BillingProfileId>(fact.billing_profile())};
}

// What can be a key, and be read back from it.
template <class Fact>
bool IsBinding(const Fact& fact) {
  const std::string& profile = fact.billing_profile();
  return kernel::IsPrincipal(fact.principal()) && billing::v1::Role_IsValid(fact.role()) &&
         (profile.empty() || kernel::IsId(kernel::IdOf(profile)));
}

// A role on a profile alone does not make the account one's own.
bool ReadsAccount(const HeldRoles& roles) {
  return roles.owner || roles.contributor || roles.reader;
}

}  // namespace

void Effects::ListAccountFor(const kernel::Principal& principal) {
  const auto account = states_.Account(number_);
  if (!account) return;  // ChangeAccount says so
  rows_.Put(keys::AccountByPrincipal(principal, account->id.value()), keys::NumberValue(number_));
}

// Unless another role keeps it listed.
void Effects::UnlistAccountFor(const kernel::Principal& principal) {
  const auto account = states_.Account(number_);
  if (!account || account->administrator == principal) return;
  if (ReadsAccount(states_.RolesOf(number_, principal))) return;
  rows_.Delete(keys::AccountByPrincipal(principal, account->id.value()));
}

void Effects::On(const billing::v1::RoleGranted& fact) {
  if (!IsBinding(fact)) return Contradict("grants a role that is none, or to nobody");
  const account::RoleBinding binding = BindingIn(fact);
  rows_.Put(keys::Role(number_, binding), "");
  rows_.Put(keys::RoleChange(number_, position_), keys::RoleChangeValue(binding, true));
  ++head_.role_bindings;
  if (!binding.billing_profile) ListAccountFor(binding.principal);
  ChangeAccount([](account::AccountState&) {});  // the account shows its roles
}

void Effects::On(const billing::v1::RoleRevoked& fact) {
  if (!IsBinding(fact)) return Contradict("revokes a role that is none, or of nobody");
  const account::RoleBinding binding = BindingIn(fact);
  rows_.Delete(keys::Role(number_, binding));
  rows_.Put(keys::RoleChange(number_, position_), keys::RoleChangeValue(binding, false));
  --head_.role_bindings;
  if (!binding.billing_profile) UnlistAccountFor(binding.principal);
  ChangeAccount([](account::AccountState&) {});  // the account shows its roles
}

void Effects::On(const billing::v1::AdministratorChanged& fact) {
  const auto administrator = kernel::Principal::FromStored(fact.administrator());
  ChangeAccount([&](account::AccountState& state) { state.administrator = administrator; });
  ListAccountFor(administrator);
  UnlistAccountFor(kernel::Principal::FromStored(fact.previous_administrator()));
}

}  // namespace billing::projections
