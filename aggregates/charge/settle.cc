#include "aggregates/charge/charge.h"
#include "aggregates/kernel/names.h"

namespace billing::charge {
namespace {

using kernel::Decision;
using kernel::Facts;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

v1::Event BalanceSettled(const SettleBalance& command, const Settlement& settlement) {
  v1::Event fact;
  v1::BalanceSettled& settled = *fact.mutable_balance_settled();
  settled.set_failed_card(kernel::Relative(command.failed_card));
  settled.set_paying_card(kernel::Relative(command.paying_card));
  *settled.mutable_amount() = kernel::MoneyOf(command.amount);
  for (const kernel::ChargeId& charge : settlement.charges) {
    settled.add_charges(kernel::Relative(charge));
  }
  settled.set_processor_reference(command.processor_reference);
  settled.set_requested_by(command.requested_by);
  return fact;
}

}  // namespace

Decision Decide(const SettleBalance& command, const account::AccountState& account,
                const Settlement& settlement, kernel::Instant now) {
  if (command.amount.currency != account.currency) {
    return Refusal{.reason = Reason::kInvalidRequest,
                   .bad_field = "amount.currency_code",
                   .bad_field_description = "must be the account's currency, " + account.currency};
  }
  // Captured once, settled once, however often it is reported.
  if (settlement.reported_before) return NothingToChange{};
  if (settlement.due_on_failed_minor == 0) return Refusal{Reason::kNoBalanceDue};
  const auto due = kernel::Sum(settlement.due_on_failed_minor, settlement.due_on_paying_minor);
  if (due != command.amount.minor) return Refusal{Reason::kFullBalanceRequired};
  if (const auto error = CardError(settlement.paying_card, now)) return Refusal{*error};

  Facts facts = {BalanceSettled(command, settlement)};
  for (const kernel::SubscriptionId& subscription : settlement.become_current) {
    facts.emplace_back().mutable_subscription_became_current()->set_subscription(
        kernel::Relative(subscription));
  }
  return facts;
}

}  // namespace billing::charge
