// Command → the states it needs → decide → facts. The one way in which anything is
// decided: the writer judges live commands with it, readers judge `validate_only`, and
// the auditor judges recorded ones again.
#ifndef BILLING_AGGREGATES_JUDGE_JUDGE_H_
#define BILLING_AGGREGATES_JUDGE_JUDGE_H_

#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "aggregates/judge/command.h"
#include "aggregates/kernel/context.h"
#include "aggregates/kernel/decision.h"
#include "projections/state/state_reader.h"

namespace billing::judge {

// Order of checks, the first hit answers: role, what only the account's state shows to be
// malformed (INVALID_REQUEST), etag, anything named that is not found, the command's own
// reasons in the order of the domain page, and last nothing to change. Pure: the same command,
// context and states give the same decision.
//
// REQUIRES: afterwards the caller checks `states.status()`; when it is not OK a state
// could not be read and the decision means nothing.
//
// Readings of the order, made exact here:
//   - What is not there has no version: its not-found reason answers, whatever the etag.
//     A removed card still has its version: RemoveCard of one answers ETAG_MISMATCH for
//     another version, else CARD_NOT_FOUND.
//   - A new subscription that names a billing profile under pay-as-you-go, where there are
//     none, gets AGREEMENT_NOT_SUPPORTED in its row's place, not BILLING_PROFILE_NOT_FOUND.
//   - The administrator gets ROLE_REQUIRED for updating, cancelling, reactivating or
//     re-billing a subscription that the platform disabled, from then until the platform
//     reactivates it (DISABLED, and CANCELLED after that).
kernel::Decision Judge(const Command& command, const kernel::Context& context,
                       const projections::StateReader& states);

// The stream that the command is recorded in: that of the account it names, except that a
// recipient's command on a transfer (AcceptTransfer, DeclineTransfer) is recorded in the
// receiving account's. Nothing when there is no such account. An opening has none yet.
std::optional<projections::AccountNumber> StreamOf(const Command& command,
                                                   const projections::StateReader& states);

// What a reader may see of an account.
struct Sight {
  bool account = false;         // the account, its things and its history
  bool personal = false;        // holder_name, billing_address, reason in clear
  bool vault_token = false;     // Card.token in clear
  bool decline_detail = false;  // the bank's codes, and that a card was lost or stolen
  bool all_accounts = false;    // every account there is
  // Profiles on which a role is held, by somebody who does not see the whole account: they
  // see these, their subscriptions and charges, and the account's live cards. A subscription
  // is that of the profile it is billed to now; a charge stays that of the profile it was
  // billed to (ChargeState::paying_profile), also when its subscription has moved since.
  std::set<kernel::BillingProfileId> profiles = {};
};

// The roles that the caller's actor was granted on the account. The administrator's own are
// not looked up: who administers may, and sees, all that a granted role allows.
projections::HeldRoles GrantedRoles(const kernel::Caller& caller, projections::AccountNumber number,
                                    const account::AccountState& account,
                                    const projections::StateReader& states);

// `account` is null when the account does not exist: then what the platform roles alone
// give. `roles` are those of the caller's actor on it. While acting on behalf of somebody the
// platform roles do not count.
Sight SightOf(const kernel::Caller& caller, const account::AccountState* account,
              const projections::HeldRoles& roles);
// The same, of the account with this id as `states` have it.
Sight SightOf(const kernel::Caller& caller, const kernel::AccountId& id,
              const projections::StateReader& states);

// A page of what stands in the way of a removal, without scanning what comes before.
// `blockers` in the order of a refusal; `count` is the true total.
struct Obstacles {
  std::vector<kernel::Blocker> blockers;
  int count = 0;
};

// The first `limit` blockers after `after` (by type order, then subject; null: from the
// start; of a type that no removal has: nothing follows) of removing a card under `policy`.
// REQUIRES: the card is live; `limit` >= 0.
Obstacles ObstaclesToRemoval(projections::AccountNumber account, const kernel::CardId& id,
                             const card::CardState& card, const account::Policy& policy,
                             uint32_t live_cards, const kernel::Blocker* after, int limit,
                             const projections::StateReader& states);
// The same of detaching a profile's payment method.
Obstacles ObstaclesToDetach(projections::AccountNumber account, const kernel::BillingProfileId& id,
                            const profile::BillingProfileState& profile,
                            const account::Policy& policy, const kernel::Blocker* after, int limit,
                            const projections::StateReader& states);

// The first `limit` live subscriptions, by id after `after` (empty: from the start), that
// name the card without holding it under `policy`: its removal leaves them without one.
std::vector<kernel::SubscriptionId> DetachedByRemoval(projections::AccountNumber account,
                                                      const kernel::CardId& id,
                                                      const card::CardState& card,
                                                      const account::Policy& policy,
                                                      std::string_view after, size_t limit,
                                                      const projections::StateReader& states);

}  // namespace billing::judge

#endif  // BILLING_AGGREGATES_JUDGE_JUDGE_H_
