// The rules behind refusals, in words: what each says, where it is written, what has to change,
// and which facts it rests on. One row per reason and one per type of blocker.
#ifndef BILLING_PROJECTIONS_EXPLAIN_RULES_H_
#define BILLING_PROJECTIONS_EXPLAIN_RULES_H_

#include <array>
#include <span>
#include <string_view>

#include "aggregates/kernel/reason.h"

namespace billing::projections {

// What a rule is about, as the refused request names it.
enum class Thing {
  kNone,
  kAccount,       // in whose stream the refusal is
  kTarget,        // what the command is about, whose version an etag names
  kPayingCard,    // the card that was to pay; not one that the request itself describes
  kFailedCard,    // of a settlement
  kSubscription,  // an existing one
  kBillingProfile,
  kCharge,
  kTransfer,  // of whatever account sent it
  kExisting,  // what the refusal points at: the card that is there already
  kDebtor,    // whose charges are past due: the subscription to be reactivated, else the account
  kSender,    // the account that sent the transfer
  kOffered,   // the subscription that the transfer offers
  kBlocking,  // the subject of a blocker
};

// Which facts about it made the rule hold: the newest one of a kind before the refusal, unless
// it says otherwise.
enum class Aspect {
  kMaking,      // made it
  kLastChange,  // changed its own fields, its etag with them
  kRemoval,     // removed the card, if it ever was
  kExpiry,      // says when the card expires
  kState,       // gave the subscription its state
  kRetirement,  // ended the subscription's running: from then on it is retained
  kMethod,      // gave the subscription or profile what it pays with, or took it away
  kUsability,   // kMethod, and what makes that card or profile unusable
  kHolding,     // kMethod, and that of the profile through which the card pays
  kPastDue,     // the declines of charges that are past due, the newest 20
  kDecline,     // declined the charge
  kOffer,       // offered the subscription to another account
  kPolicy,
  kBusiness,  // said whether the account is a business
  kInvoicePayment,
  kAdministrator,
  kRole,  // granted or revoked the role that the request names
  // Filled the last place that a limit leaves.
  kNewestCard,
  kNewestSubscription,
  kNewestBillingProfile,
  kNewestCharge,
  kNewestRole,
  kSettlement,  // reported under the request's processor_reference
};

struct Ground {
  Thing thing = Thing::kNone;
  Aspect aspect = Aspect::kMaking;
};
using Grounds = std::array<Ground, 3>;

// Text that lives for ever.
struct Rule {
  // One or two sentences.
  std::string_view text;
  std::string_view source;
  // What has to change for such a command to be taken; empty where nothing can, and for
  // blockers, which have kernel::RemedyFor.
  std::string_view remedy = {};
  // Those with kNone are not there.
  Grounds grounds = {};
};

const Rule& RuleOf(kernel::Reason reason);

// Null for a type that no refusal has.
const Rule* RuleOfBlocker(std::string_view type);
// Every type that has a rule, in the order of a refusal.
std::span<const std::string_view> BlockerTypes();

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_EXPLAIN_RULES_H_
