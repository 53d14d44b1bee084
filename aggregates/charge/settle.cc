#include "aggregates/charge/charge.h"
#include "aggregates/charge/shared.h"
#include "aggregates/kernel/names.h"

namespace billing::charge {
namespace {

using kernel::Decision;
using kernel::Facts;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

v1::Event BalanceSettled(const SettleBalance& command, const SettledCharges& paid) {
  v1::Event fact;
  v1::BalanceSettled& settled = *fact.mutable_balance_settled();
  settled.set_failed_card(kernel::Relative(command.failed_card));
  settled.set_paying_card(kernel::Relative(command.paying_card));
  *settled.mutable_amount() = kernel::MoneyOf(command.amount);
  for (const auto& charge : paid.charges) settled.add_charges(kernel::Relative(charge));
  for (const auto& id : paid.subscriptions) settled.add_subscriptions(kernel::Relative(id));
  for (const auto& id : paid.billing_profiles) settled.add_billing_profiles(kernel::Relative(id));
  settled.set_processor_reference(command.processor_reference);
  settled.set_requested_by(command.requested_by);
  return fact;
}

SettlementReport ReportIn(const SettleBalance& command) {
  return {.failed_card = command.failed_card,
          .paying_card = command.paying_card,
          .amount_minor = command.amount.minor,
          .requested_by = command.requested_by};
}

}  // namespace

std::optional<Refusal> Malformed(const SettleBalance& command,
                                 const account::AccountState& account) {
  if (command.amount.currency == account.currency) return std::nullopt;
  return OtherCurrency("amount.currency_code", account);
}

Decision Decide(const SettleBalance& command, const Settlement& settlement,
                absl::FunctionRef<SettledCharges()> settled, kernel::Instant now) {
  // Captured once, settled once, however often it is reported.
  if (settlement.reported_before) {
    if (*settlement.reported_before == ReportIn(command)) return NothingToChange{};
    return Refusal{Reason::kSettlementAlreadyExists};
  }
  if (settlement.due_on_failed_minor == 0) return Refusal{Reason::kNoBalanceDue};
  const auto due = kernel::Sum(settlement.due_on_failed_minor, settlement.due_on_paying_minor);
  if (due != command.amount.minor) return Refusal{Reason::kFullBalanceRequired};
  if (const auto error = CardError(settlement.paying_card, now)) return Refusal{*error};

  const SettledCharges paid = settled();
  Facts facts = {BalanceSettled(command, paid)};
  for (const kernel::SubscriptionId& subscription : paid.become_current) {
    facts.push_back(BecameCurrent(subscription));
  }
  return facts;
}

}  // namespace billing::charge
