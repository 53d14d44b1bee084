#include "aggregates/kernel/money.h"
#include "google/protobuf/util/time_util.h"
#include "projections/fold/effects.h"
#include "projections/fold/ids_in.h"
#include "projections/state/keys.h"
#include "projections/state/row_codec.h"

namespace billing::projections {
namespace {

using charge::ChargeState;
using google::protobuf::util::TimeUtil;

// `sign` is 1 or -1: the charge is owed, or no more. False when the sum is more than a sum
// can be.
bool Add(const ChargeState& charge, int sign, kernel::Unpaid& unpaid) {
  uint32_t& count = charge.past_due() ? unpaid.past_due_count : unpaid.pending_count;
  int64_t& minor = charge.past_due() ? unpaid.past_due_minor : unpaid.pending_minor;
  count += static_cast<uint32_t>(sign);
  return !__builtin_add_overflow(minor, sign * charge.amount_minor, &minor);
}

bool IsTime(const google::protobuf::Timestamp& time) {
  return time.seconds() >= TimeUtil::kTimestampMinSeconds &&
         time.seconds() <= TimeUtil::kTimestampMaxSeconds;
}

}  // namespace

int64_t Effects::MinorIn(const google::type::Money& money) {
  const auto parsed = kernel::AmountOf(money);
  if (parsed.amount) return parsed.amount->minor;
  Contradict("holds an amount that is none");
  return 0;
}

void Effects::On(const billing::v1::ChargeRecorded& fact) {
  const auto& message = fact.charge();
  const auto id = NewIdIn<kernel::ChargeId>(message.name());
  ChargeState charge{
      .subscription = OptionalIdIn<kernel::SubscriptionId>(message.subscription()),
      .billing_profile = OptionalIdIn<kernel::BillingProfileId>(message.billing_profile()),
      .card = OptionalIdIn<kernel::CardId>(message.card()),
      .amount_minor = MinorIn(message.amount()),
      .state = billing::v1::CHARGE_STATE_PENDING,
      .create_time = now_,
      .update_time = now_,
      .etag = position_};
  if (message.has_due_time()) {
    if (!IsTime(message.due_time())) return Contradict("holds a due time that is none");
    charge.due_time = kernel::Instant{TimeUtil::TimestampToMicroseconds(message.due_time())};
  }
  charge.paying_profile = charge.billing_profile;
  if (charge.subscription) {
    const auto subscription = states_.Subscription(number_, *charge.subscription);
    if (!subscription) return Contradict("names a subscription that no record created");
    charge.paying_profile = subscription->billing_profile;
  }
  Count(id, charge, true);
  rows_.Put(keys::Charge(number_, id.value()), Encode(charge));
}

// Adds an unpaid charge to what is owed, or takes it away: by account, card and profile.
void Effects::Count(const kernel::ChargeId& id, const ChargeState& charge, bool owed) {
  const auto add = [&](kernel::Unpaid& unpaid) {
    if (!Add(charge, owed ? 1 : -1, unpaid)) Contradict("makes a sum that is too large");
  };
  const auto list = [&](const std::string& scope) {
    const keys::Key key = keys::UnpaidCharge(number_, scope, ClassOf(charge.state), id.value());
    owed ? rows_.Put(key, "") : rows_.Delete(key);
  };
  add(head_.unpaid);
  list("");
  if (charge.card) {
    card::CardState* card = FindCard(*charge.card);
    if (card != nullptr) add(card->unpaid);
    list(kernel::Relative(*charge.card));
  }
  if (charge.paying_profile) {
    profile::BillingProfileState* profile = FindProfile(*charge.paying_profile);
    if (profile != nullptr) add(profile->unpaid);
    list(kernel::Relative(*charge.paying_profile));
  }
}

void Effects::ChangeCharge(std::string_view relative_name,
                           absl::FunctionRef<void(ChargeState&)> change) {
  const auto id = IdIn<kernel::ChargeId>(relative_name);
  const auto before = states_.Charge(number_, id);
  if (!before) return Contradict("names a charge that no record made");
  ChargeState after = *before;
  change(after);
  after.etag = position_;
  after.update_time = now_;
  if (before->state != after.state) {
    if (before->unpaid()) Count(id, *before, false);
    if (after.unpaid()) Count(id, after, true);
  }
  if (after.subscription && before->past_due() != after.past_due()) {
    Note(*after.subscription, [&](subscription::SubscriptionState& subscription) {
      subscription.past_due_charges += after.past_due() ? 1 : static_cast<uint32_t>(-1);
    });
  }
  rows_.Put(keys::Charge(number_, id.value()), Encode(after));
}

void Effects::On(const billing::v1::PaymentSucceeded& fact) {
  ChangeCharge(fact.charge(),
               [](ChargeState& charge) { charge.state = billing::v1::CHARGE_STATE_PAID; });
  rows_.Put(keys::PaymentReport(number_, kernel::IdOf(fact.charge()), fact.processor_reference(),
                                billing::v1::PAYMENT_OUTCOME_SUCCEEDED),
            "");
}

void Effects::On(const billing::v1::PaymentDeclined& fact) {
  ChangeCharge(fact.charge(), [&fact](ChargeState& charge) {
    charge.state = billing::v1::CHARGE_STATE_PAST_DUE;
    charge.network_code = fact.network_code();
    charge.advice_code = fact.advice_code();
    charge.reason = fact.reason();
    charge.kind = fact.kind();
  });
  rows_.Put(keys::PaymentReport(number_, kernel::IdOf(fact.charge()), fact.processor_reference(),
                                billing::v1::PAYMENT_OUTCOME_DECLINED),
            "");
}

void Effects::On(const billing::v1::ChargeVoided& fact) {
  ChangeCharge(fact.charge(),
               [](ChargeState& charge) { charge.state = billing::v1::CHARGE_STATE_VOIDED; });
}

void Effects::On(const billing::v1::BalanceSettled& fact) {
  for (const std::string& name : fact.charges()) {
    ChangeCharge(name, [](ChargeState& charge) { charge.state = billing::v1::CHARGE_STATE_PAID; });
  }
  const charge::SettlementReport report{.failed_card = IdIn<kernel::CardId>(fact.failed_card()),
                                        .paying_card = IdIn<kernel::CardId>(fact.paying_card()),
                                        .amount_minor = MinorIn(fact.amount()),
                                        .requested_by = fact.requested_by()};
  rows_.Put(keys::Settlement(number_, fact.processor_reference()), Encode(report));
}

}  // namespace billing::projections
