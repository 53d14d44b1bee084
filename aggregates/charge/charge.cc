#include "aggregates/charge/charge.h"

#include "aggregates/charge/decline_table.h"
#include "aggregates/charge/shared.h"
#include "aggregates/kernel/names.h"
#include "google/protobuf/util/time_util.h"

namespace billing::charge {
namespace {

using kernel::Decision;
using kernel::Facts;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

v1::Event ChargeRecorded(const RecordCharge& command, const Debtor& debtor) {
  v1::Event fact;
  v1::Charge& charge = *fact.mutable_charge_recorded()->mutable_charge();
  charge.set_name(kernel::Relative(command.charge));
  if (command.subscription) charge.set_subscription(kernel::Relative(*command.subscription));
  if (command.billing_profile) {
    charge.set_billing_profile(kernel::Relative(*command.billing_profile));
  }
  if (debtor.billed_to) {
    fact.mutable_charge_recorded()->set_billing_profile(kernel::Relative(*debtor.billed_to));
  }
  if (debtor.card) charge.set_card(kernel::Relative(*debtor.card));
  *charge.mutable_amount() = kernel::MoneyOf(command.amount);
  if (command.due_time) {
    *charge.mutable_due_time() =
        google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(command.due_time->us);
  }
  return fact;
}

// Whatever the charge is about, so that the fact is found in the history of each.
template <class Fact>
void NameCharged(const kernel::ChargeId& id, const ChargeState& charge, Fact& fact) {
  fact.set_charge(kernel::Relative(id));
  if (charge.card) fact.set_card(kernel::Relative(*charge.card));
  if (charge.subscription) fact.set_subscription(kernel::Relative(*charge.subscription));
  if (charge.paying_profile) fact.set_billing_profile(kernel::Relative(*charge.paying_profile));
}

// What the processor said: PaymentSucceeded and PaymentDeclined hold the same of it.
template <class Fact>
void Report(const RecordPayment& command, const ChargeState& charge, Fact& fact) {
  NameCharged(command.charge, charge, fact);
  fact.set_network_code(command.network_code);
  fact.set_advice_code(command.advice_code);
  fact.set_processor_reference(command.processor_reference);
}

v1::Event PaymentSucceeded(const RecordPayment& command, const ChargeState& charge) {
  v1::Event fact;
  Report(command, charge, *fact.mutable_payment_succeeded());
  return fact;
}

v1::Event PaymentDeclined(const RecordPayment& command, const ChargeState& charge) {
  const Decline decline = DeclineOf(command.network_code, command.advice_code);
  v1::Event fact;
  v1::PaymentDeclined& declined = *fact.mutable_payment_declined();
  Report(command, charge, declined);
  declined.set_reason(decline.reason);
  declined.set_kind(decline.kind);
  return fact;
}

// What the charge's end means for its subscription.
void AppendBecameCurrent(const ChargeState& charge,
                         const std::optional<ChargedSubscription>& subscription, Facts& facts) {
  if (!subscription || !charge.past_due()) return;
  const bool last = subscription->past_due_charges == 1;
  if (last && subscription->state == v1::SUBSCRIPTION_STATE_PAST_DUE) {
    facts.push_back(BecameCurrent(subscription->id));
  }
}

}  // namespace

std::optional<Refusal> Malformed(const RecordCharge& command, const account::AccountState& account,
                                 const kernel::Unpaid& unpaid) {
  if (command.amount.currency != account.currency) {
    return OtherCurrency("charge.amount.currency_code", account);
  }
  // Room for both sums together: a pending charge may become past due.
  const auto owed = kernel::Sum(unpaid.pending_minor, unpaid.past_due_minor);
  if (!owed || !kernel::Sum(*owed, command.amount.minor)) {
    return Refusal{.reason = Reason::kInvalidRequest,
                   .bad_field = "charge.amount",
                   .bad_field_description = "is more than the account's balance can hold"};
  }
  return std::nullopt;
}

Decision Decide(const RecordCharge& command, const Debtor& debtor) {
  if (debtor.id_taken) {
    return Refusal{.reason = Reason::kChargeAlreadyExists,
                   .resources = {{"charge", kernel::Relative(command.charge)}}};
  }
  if (debtor.subscription_state == v1::SUBSCRIPTION_STATE_DELETED) {
    return Refusal{Reason::kSubscriptionDeleted};
  }
  if (debtor.subscription_state == v1::SUBSCRIPTION_STATE_TRANSFERRED) {
    return Refusal{Reason::kSubscriptionTransferred};
  }
  if (debtor.unpaid_charges >= account::kUnpaidChargesMax) {
    return Refusal{Reason::kChargeLimitReached};
  }
  return kernel::FactsOf(ChargeRecorded(command, debtor));
}

Decision Decide(const RecordPayment& command, const ChargeState& charge, bool reported,
                const std::optional<ChargedSubscription>& subscription) {
  if (reported) return NothingToChange{};
  if (charge.state == v1::CHARGE_STATE_PAID) return Refusal{Reason::kChargeAlreadyPaid};
  if (charge.state == v1::CHARGE_STATE_VOIDED) return Refusal{Reason::kChargeVoided};

  if (command.outcome == v1::PAYMENT_OUTCOME_SUCCEEDED) {
    Facts facts = {PaymentSucceeded(command, charge)};
    AppendBecameCurrent(charge, subscription, facts);
    return facts;
  }
  Facts facts = {PaymentDeclined(command, charge)};
  if (subscription && subscription->state == v1::SUBSCRIPTION_STATE_ACTIVE) {
    v1::Event& became = facts.emplace_back();
    became.mutable_subscription_became_past_due()->set_subscription(
        kernel::Relative(subscription->id));
  }
  return facts;
}

Decision Decide(const VoidCharge& command, const ChargeState& charge,
                const std::optional<ChargedSubscription>& subscription) {
  if (charge.state == v1::CHARGE_STATE_PAID) return Refusal{Reason::kChargeAlreadyPaid};
  if (charge.state == v1::CHARGE_STATE_VOIDED) return NothingToChange{};
  Facts facts(1);
  NameCharged(command.charge, charge, *facts[0].mutable_charge_voided());
  AppendBecameCurrent(charge, subscription, facts);
  return facts;
}

}  // namespace billing::charge
