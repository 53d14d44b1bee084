// Who may give which command: the table of the design page "The domain", Who may, as data.
#ifndef BILLING_AGGREGATES_JUDGE_ROLES_H_
#define BILLING_AGGREGATES_JUDGE_ROLES_H_

#include "aggregates/account/account.h"
#include "aggregates/judge/command.h"
#include "aggregates/kernel/context.h"
#include "projections/state/state_reader.h"

namespace billing::judge {

// A row of the table.
enum class Deed {
  kManageCards,          // add, update, remove a card
  kActOnPayment,         // set active, request invoice payment, switch to invoice, transfers
  kCreateProfiles,       // create a profile
  kManageProfiles,       // replace and detach on a profile
  kManageSubscriptions,  // create, update, cancel, reactivate, change the profile
  kDisable,              // disable a subscription
  kDelete,               // delete a subscription
  kRecordPayments,       // record charges, payments, settlements
  kVoidCharges,
  kGrantRoles,  // grant and revoke
  kHandOver,
  kManageAccounts,   // open, update, policy, decide invoice payment
  kExpireTransfers,  // the scheduler's
};

Deed DeedOf(const Command& command);

// Whether a platform role of the caller allows the deed, on any account.
bool PlatformAllows(Deed deed, const kernel::Caller& caller);

// Whether a role on this account allows it to the caller. `roles` are those granted to the
// caller's actor; `profile` is the one that the command is about, if it is about one: a role
// on a profile acts on that profile alone.
bool AccountAllows(Deed deed, const kernel::Caller& caller, const account::AccountState& account,
                   const projections::HeldRoles& roles,
                   const std::optional<kernel::BillingProfileId>& profile);

}  // namespace billing::judge

#endif  // BILLING_AGGREGATES_JUDGE_ROLES_H_
