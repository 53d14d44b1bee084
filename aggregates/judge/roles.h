// Who may give which command: the table of the design page "The domain", Who may, for the
// commands of this version.
#ifndef BILLING_AGGREGATES_JUDGE_ROLES_H_
#define BILLING_AGGREGATES_JUDGE_ROLES_H_

#include "aggregates/account/account.h"
#include "aggregates/judge/command.h"
#include "aggregates/kernel/context.h"
#include "aggregates/subscription/subscription.h"

namespace billing::judge {

// A row of the table.
enum class Deed {
  kManageCards,          // add, update, remove a card
  kSetActive,            // set active
  kManageSubscriptions,  // create, update, cancel, reactivate, change the profile
  kStopSubscriptions,    // disable, delete
  kManageAccounts,       // open an account, policy
};

Deed DeedOf(const Command& command);

// Whether a platform role of the caller allows the deed, on any account.
bool PlatformAllows(Deed deed, const kernel::Caller& caller);

// Whether a role on this account allows it to the caller.
bool AccountAllows(Deed deed, const kernel::Caller& caller, const account::AccountState& account);

// Whether only the platform may manage this subscription: an operator or the biller
// disabled it, and nobody of them has reactivated it since.
bool IsHeldByPlatform(const subscription::SubscriptionState& subscription);

}  // namespace billing::judge

#endif  // BILLING_AGGREGATES_JUDGE_ROLES_H_
