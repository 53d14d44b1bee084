#include <algorithm>
#include <map>
#include <utility>

#include "aggregates/judge/case.h"
#include "aggregates/kernel/names.h"

namespace billing::judge {
namespace {

using kernel::Decision;
using kernel::Facts;
using kernel::Reason;
using kernel::Refusal;
using projections::ChargeClass;

std::optional<kernel::CardId> CardOf(const Case& c, const kernel::BillingProfileId& id) {
  const auto profile = c.states.BillingProfile(c.number, id);
  return profile ? profile->card : std::nullopt;
}

std::optional<charge::ChargedSubscription> SubscriptionOf(const Case& c,
                                                          const charge::ChargeState& charge) {
  if (!charge.subscription) return std::nullopt;
  const auto state = c.states.Subscription(c.number, *charge.subscription);
  if (!state) return std::nullopt;  // only an unreadable row
  return charge::ChargedSubscription{.id = *charge.subscription,
                                     .state = state->state,
                                     .past_due_charges = state->past_due_charges};
}

// The past-due charges on both cards, by id.
std::vector<kernel::ChargeId> PastDueOn(const Case& c, const charge::SettleBalance& command,
                                        size_t count) {
  std::vector<kernel::ChargeId> charges;
  for (const kernel::CardId* card : {&command.failed_card, &command.paying_card}) {
    std::ranges::move(
        c.states.UnpaidCharges(c.number, kernel::Relative(*card), ChargeClass::kPastDue, "", count),
        std::back_inserter(charges));
  }
  std::ranges::sort(charges);
  return charges;
}

// What paying these charges pays for, and which subscriptions have nothing past due then.
charge::SettledCharges SettledBy(const Case& c, std::vector<kernel::ChargeId> charges) {
  charge::SettledCharges settled;
  std::map<kernel::SubscriptionId, uint32_t> paid;
  for (const kernel::ChargeId& id : charges) {
    const auto charge = c.states.Charge(c.number, id);
    if (!charge) continue;  // only an unreadable row
    if (charge->subscription) ++paid[*charge->subscription];
    if (charge->paying_profile) settled.billing_profiles.insert(*charge->paying_profile);
  }
  for (const auto& [id, count] : paid) {
    settled.subscriptions.insert(id);
    const auto state = c.states.Subscription(c.number, id);
    if (state && state->state == v1::SUBSCRIPTION_STATE_PAST_DUE &&
        state->past_due_charges == count) {
      settled.become_current.push_back(id);
    }
  }
  settled.charges = std::move(charges);
  return settled;
}

// The paying card takes the failed one's place: under pay-as-you-go on its subscriptions,
// under a customer agreement on its profiles.
void AppendReplacements(const Case& c, const charge::SettleBalance& command, Facts& facts) {
  if (c.account.agreement == v1::AGREEMENT_PAY_AS_YOU_GO) {
    auto moved =
        subscription::SettleMoves(command.failed_card, command.paying_card, StoredSubscriptions(c));
    if (moved) facts.push_back(*std::move(moved));
    return;
  }
  for (const kernel::BillingProfileId& profile :
       c.states.ProfilesWith(c.number, command.failed_card, "", account::kBillingProfilesMax)) {
    facts.push_back(
        profile::PaymentMethodReplaced(profile, command.paying_card, command.failed_card));
  }
}

}  // namespace

Decision JudgeIn(const Case& c, const charge::RecordCharge& command) {
  const kernel::Unpaid unpaid = c.head().unpaid;
  if (auto malformed = Malformed(command, c.account, unpaid)) return *malformed;
  charge::Debtor debtor{.unpaid_charges = unpaid.count()};
  std::optional<kernel::BillingProfileId> payer = command.billing_profile;
  if (command.subscription) {
    const auto subscription = c.states.Subscription(c.number, *command.subscription);
    if (!subscription) return Refusal{Reason::kSubscriptionNotFound};
    debtor.subscription_state = subscription->state;
    debtor.card = subscription->card;
    payer = debtor.billed_to = subscription->billing_profile;
  } else if (!c.states.BillingProfile(c.number, *command.billing_profile)) {
    return Refusal{Reason::kBillingProfileNotFound};
  }
  if (payer) debtor.card = CardOf(c, *payer);
  debtor.id_taken = c.states.Charge(c.number, command.charge).has_value();
  return Decide(command, debtor);
}

Decision JudgeIn(const Case& c, const charge::RecordPayment& command) {
  const auto found = SubjectOf(c, command.charge, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& charge = std::get<charge::ChargeState>(found);
  return Decide(
      command, charge,
      c.states.Reported(c.number, command.charge, command.processor_reference, command.outcome),
      SubscriptionOf(c, charge));
}

Decision JudgeIn(const Case& c, const charge::VoidCharge& command) {
  const auto found = SubjectOf(c, command.charge, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& charge = std::get<charge::ChargeState>(found);
  return Decide(command, charge, SubscriptionOf(c, charge));
}

Decision JudgeIn(const Case& c, const charge::SettleBalance& command) {
  if (auto malformed = Malformed(command, c.account)) return *malformed;
  const auto failed = c.states.Card(c.number, command.failed_card);
  const auto paying = c.states.Card(c.number, command.paying_card);
  if (!failed || !paying) return Refusal{Reason::kCardNotFound};

  const charge::Settlement settlement{
      .reported_before = c.states.Settlement(c.number, command.processor_reference),
      .due_on_failed_minor = failed->unpaid.past_due_minor,
      .due_on_paying_minor = paying->unpaid.past_due_minor,
      .paying_card = PayingCardOf(*paying)};
  const auto settled = [&] {
    return SettledBy(
        c, PastDueOn(c, command, failed->unpaid.past_due_count + paying->unpaid.past_due_count));
  };
  Decision decision = Decide(command, settlement, settled, c.context.now);
  if (auto* facts = std::get_if<Facts>(&decision)) AppendReplacements(c, command, *facts);
  return decision;
}

}  // namespace billing::judge
