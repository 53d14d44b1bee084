#include <algorithm>
#include <cctype>
#include <limits>
#include <map>
#include <set>

#include "tests/model/model.h"
#include "tests/model/money.h"

namespace billing::model {
namespace {

Verdict Invalid(const std::string& field) {
  Verdict refused = Refused("INVALID_REQUEST");
  refused.bad_field = field;
  return refused;
}

using Meaning = std::pair<v1::DeclineReason, v1::DeclineKind>;

const std::map<std::string, Meaning>& MeaningsOfAdvice() {
  static const std::map<std::string, Meaning> meanings = {
      {"02", {v1::DECLINE_REASON_INSUFFICIENT_CREDIT, v1::DECLINE_KIND_SOFT}},
      {"21", {v1::DECLINE_REASON_RECURRING_PAYMENTS_DISABLED, v1::DECLINE_KIND_CUSTOMER_ACTION}},
      {"01", {v1::DECLINE_REASON_CARD_EXPIRED, v1::DECLINE_KIND_CUSTOMER_ACTION}},
      {"40", {v1::DECLINE_REASON_CARD_TYPE_NOT_ACCEPTED, v1::DECLINE_KIND_HARD}},
      {"41", {v1::DECLINE_REASON_CARD_TYPE_NOT_ACCEPTED, v1::DECLINE_KIND_HARD}},
      {"03", {v1::DECLINE_REASON_OTHER, v1::DECLINE_KIND_HARD}},
  };
  return meanings;
}

// The page's table, row by row.
struct NetworkRow {
  Meaning meaning;
  std::vector<std::string> codes;
};

const std::vector<NetworkRow>& MeaningsOfNetwork() {
  static const std::vector<NetworkRow> rows = {
      {{v1::DECLINE_REASON_INTERNATIONAL_TRANSACTIONS_DISABLED, v1::DECLINE_KIND_CUSTOMER_ACTION},
       {"57", "62", "5c", "9g", "card_not_supported", "transaction_not_allowed"}},
      {{v1::DECLINE_REASON_INSUFFICIENT_CREDIT, v1::DECLINE_KIND_SOFT},
       {"51", "61", "65", "insufficient_funds", "card_velocity_exceeded"}},
      {{v1::DECLINE_REASON_RECURRING_PAYMENTS_DISABLED, v1::DECLINE_KIND_CUSTOMER_ACTION},
       {"r0", "r1", "r3", "revocation_of_authorization"}},
      {{v1::DECLINE_REASON_CARD_EXPIRED, v1::DECLINE_KIND_CUSTOMER_ACTION},
       {"54", "33", "expired_card"}},
      {{v1::DECLINE_REASON_CARD_LOST_OR_STOLEN, v1::DECLINE_KIND_HARD},
       {"41", "43", "04", "07", "lost_card", "stolen_card", "pickup_card"}},
      {{v1::DECLINE_REASON_DO_NOT_HONOR, v1::DECLINE_KIND_SOFT},
       {"05", "do_not_honor", "generic_decline"}},
      {{v1::DECLINE_REASON_INVALID_CARD_DETAILS, v1::DECLINE_KIND_HARD},
       {"14", "15", "46", "incorrect_number", "incorrect_cvc"}},
      {{v1::DECLINE_REASON_ISSUER_UNAVAILABLE, v1::DECLINE_KIND_SOFT},
       {"91", "96", "processing_error"}},
      {{v1::DECLINE_REASON_AUTHENTICATION_REQUIRED, v1::DECLINE_KIND_CUSTOMER_ACTION},
       {"1a", "authentication_required"}},
  };
  return rows;
}

std::string LowerCase(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

Meaning MeaningOf(std::string network_code, std::string advice_code) {
  const auto advice = MeaningsOfAdvice().find(LowerCase(std::move(advice_code)));
  if (advice != MeaningsOfAdvice().end()) return advice->second;
  network_code = LowerCase(std::move(network_code));
  for (const NetworkRow& row : MeaningsOfNetwork()) {
    if (std::find(row.codes.begin(), row.codes.end(), network_code) != row.codes.end()) {
      return row.meaning;
    }
  }
  return {v1::DECLINE_REASON_OTHER, v1::DECLINE_KIND_SOFT};
}

namespace {

// In facts about one charge: everything that it concerns.
template <class Fact>
void FillCharged(const std::string& id, const Charge& charge, Fact& fact) {
  fact.set_charge(Name("charges", id));
  fact.set_card(Name("cards", charge.card));
  fact.set_subscription(Name("subscriptions", charge.subscription));
  fact.set_billing_profile(Name("billingProfiles", charge.paying_profile));
}

}  // namespace

Verdict Model::On(const charge::RecordCharge& command) {
  if (auto refused = Enter(command.account, biller_, false)) return *refused;
  if (command.amount.currency != account_->currency) {
    return Invalid("charge.amount.currency_code");
  }
  int64_t room = std::numeric_limits<int64_t>::max() - command.amount.minor;
  for (const auto& [id, charge] : account_->charges) room -= charge.unpaid() ? charge.minor : 0;
  if (room < 0) return Invalid("charge.amount");
  const Subscription* subscription = nullptr;
  const Profile* profile = nullptr;
  if (command.subscription) {
    const auto found = account_->subscriptions.find(command.subscription->value());
    if (found == account_->subscriptions.end()) return Refused("SUBSCRIPTION_NOT_FOUND");
    subscription = &found->second;
  } else {
    const auto found = account_->profiles.find(command.billing_profile->value());
    if (found == account_->profiles.end()) return Refused("BILLING_PROFILE_NOT_FOUND");
    profile = &found->second;
  }
  if (account_->charges.contains(command.charge.value())) {
    return Taken("charge", Name("charges", command.charge.value()));
  }
  if (subscription != nullptr && !subscription->live()) {
    return Refused(subscription->state == v1::SUBSCRIPTION_STATE_DELETED
                       ? "SUBSCRIPTION_DELETED"
                       : "SUBSCRIPTION_TRANSFERRED");
  }
  const auto unpaid = std::count_if(account_->charges.begin(), account_->charges.end(),
                                    [](const auto& each) { return each.second.unpaid(); });
  if (unpaid >= 5'000) return Refused("CHARGE_LIMIT_REACHED");
  v1::Event fact;
  auto& charge = *fact.mutable_charge_recorded()->mutable_charge();
  charge.set_name(Name("charges", command.charge.value()));
  if (subscription != nullptr) {
    charge.set_subscription(Name("subscriptions", command.subscription->value()));
  } else {
    charge.set_billing_profile(Name("billingProfiles", command.billing_profile->value()));
  }
  if (subscription != nullptr && !subscription->profile.empty()) {
    fact.mutable_charge_recorded()->set_billing_profile(
        Name("billingProfiles", subscription->profile));
  }
  charge.set_card(
      Name("cards", subscription != nullptr ? account_->CardOf(*subscription) : profile->card));
  *charge.mutable_amount() = MoneyOf(command.amount.minor, account_->currency);
  if (command.due_time) {
    charge.mutable_due_time()->set_seconds(command.due_time->us / kSecond);
    charge.mutable_due_time()->set_nanos(
        static_cast<int32_t>(command.due_time->us % kSecond * 1'000));
  }
  return Yields({fact});
}

std::vector<v1::Event> Model::BecomeCurrent(const std::vector<std::string>& charges) const {
  std::vector<v1::Event> facts;
  for (const auto& [id, subscription] : account_->subscriptions) {
    if (subscription.state != v1::SUBSCRIPTION_STATE_PAST_DUE) continue;
    size_t left = account_->PastDueChargesOf(id);
    const size_t before = left;
    for (const std::string& charge_id : charges) {
      const Charge& charge = account_->charges.at(charge_id);
      if (charge.past_due() && charge.subscription == id) --left;
    }
    if (left > 0 || left == before) continue;
    facts.emplace_back().mutable_subscription_became_current()->set_subscription(
        Name("subscriptions", id));
  }
  return facts;
}

Verdict Model::On(const charge::RecordPayment& command) {
  if (auto refused = Enter(command.account, biller_, false)) return *refused;
  const std::string id = command.charge.value();
  const auto found = account_->charges.find(id);
  if (found == account_->charges.end()) return Refused("CHARGE_NOT_FOUND");
  const Charge& charge = found->second;
  if (command.etag && *command.etag != charge.etag) return Refused("ETAG_MISMATCH");
  if (charge.reports.contains({command.processor_reference, command.outcome})) return Nothing();
  if (charge.state == v1::CHARGE_STATE_PAID) return Refused("CHARGE_ALREADY_PAID");
  if (charge.state == v1::CHARGE_STATE_VOIDED) return Refused("CHARGE_VOIDED");
  std::vector<v1::Event> facts(1);
  const auto fill = [&](auto& data) {
    FillCharged(id, charge, data);
    data.set_network_code(command.network_code);
    data.set_advice_code(command.advice_code);
    data.set_processor_reference(command.processor_reference);
  };
  if (command.outcome == v1::PAYMENT_OUTCOME_SUCCEEDED) {
    fill(*facts[0].mutable_payment_succeeded());
    for (v1::Event& fact : BecomeCurrent({id})) facts.push_back(fact);
    return Yields(facts);
  }
  v1::PaymentDeclined& declined = *facts[0].mutable_payment_declined();
  fill(declined);
  const auto [reason, kind] = MeaningOf(command.network_code, command.advice_code);
  declined.set_reason(reason);
  declined.set_kind(kind);
  if (!charge.subscription.empty() &&
      account_->subscriptions.at(charge.subscription).state == v1::SUBSCRIPTION_STATE_ACTIVE) {
    facts.emplace_back().mutable_subscription_became_past_due()->set_subscription(
        Name("subscriptions", charge.subscription));
  }
  return Yields(facts);
}

Verdict Model::On(const charge::VoidCharge& command) {
  if (auto refused = Enter(command.account, biller_ || operator_, false)) return *refused;
  const std::string id = command.charge.value();
  const auto found = account_->charges.find(id);
  if (found == account_->charges.end()) return Refused("CHARGE_NOT_FOUND");
  if (command.etag && *command.etag != found->second.etag) return Refused("ETAG_MISMATCH");
  if (found->second.state == v1::CHARGE_STATE_PAID) return Refused("CHARGE_ALREADY_PAID");
  if (found->second.state == v1::CHARGE_STATE_VOIDED) return Nothing();
  std::vector<v1::Event> facts(1);
  FillCharged(id, found->second, *facts[0].mutable_charge_voided());
  for (v1::Event& fact : BecomeCurrent({id})) facts.push_back(fact);
  return Yields(facts);
}

Verdict Model::On(const charge::SettleBalance& command) {
  if (auto refused = Enter(command.account, biller_, false)) return *refused;
  if (command.amount.currency != account_->currency) return Invalid("amount.currency_code");
  const std::string failed = command.failed_card.value();
  const std::string paying = command.paying_card.value();
  if (!account_->cards.contains(failed)) return Refused("CARD_NOT_FOUND");
  if (!account_->cards.contains(paying)) return Refused("CARD_NOT_FOUND");
  const auto before = account_->settlements.find(command.processor_reference);
  if (before != account_->settlements.end()) {
    const bool same =
        before->second == std::tuple(failed, paying, command.amount.minor, command.requested_by);
    return same ? Nothing() : Refused("SETTLEMENT_ALREADY_EXISTS");
  }
  std::vector<std::string> charges;
  int64_t due = 0;
  bool failed_is_due = false;
  for (const auto& [id, charge] : account_->charges) {
    if (!charge.past_due() || (charge.card != failed && charge.card != paying)) continue;
    charges.push_back(id);
    due += charge.minor;
    failed_is_due = failed_is_due || charge.card == failed;
  }
  if (!failed_is_due) return Refused("NO_BALANCE_DUE");
  if (command.amount.minor != due) return Refused("FULL_BALANCE_REQUIRED");
  if (const std::string error = CardError(paying); !error.empty()) return Refused(error);
  std::vector<v1::Event> facts(1);
  auto& settled = *facts[0].mutable_balance_settled();
  settled.set_failed_card(Name("cards", failed));
  settled.set_paying_card(Name("cards", paying));
  *settled.mutable_amount() = MoneyOf(due, account_->currency);
  for (const std::string& id : charges) settled.add_charges(Name("charges", id));
  std::set<std::string> owing;
  std::set<std::string> paying_profiles;
  for (const std::string& id : charges) {
    const Charge& charge = account_->charges.at(id);
    if (!charge.subscription.empty()) owing.insert(charge.subscription);
    if (!charge.paying_profile.empty()) paying_profiles.insert(charge.paying_profile);
  }
  for (const auto& id : owing) settled.add_subscriptions(Name("subscriptions", id));
  for (const auto& id : paying_profiles) {
    settled.add_billing_profiles(Name("billingProfiles", id));
  }
  settled.set_processor_reference(command.processor_reference);
  settled.set_requested_by(command.requested_by);
  for (v1::Event& fact : BecomeCurrent(charges)) facts.push_back(fact);
  if (account_->by_profile()) {
    for (const std::string& id : account_->ProfilesWith(failed)) {
      auto& replaced = *facts.emplace_back().mutable_payment_method_replaced();
      replaced.set_billing_profile(Name("billingProfiles", id));
      replaced.set_card(Name("cards", paying));
      replaced.set_previous_card(Name("cards", failed));
    }
    return Yields(facts);
  }
  v1::ActiveCardChanged changed;
  changed.set_card(Name("cards", paying));
  changed.set_cause(v1::CHANGE_CAUSE_SETTLE);
  for (const std::string& id : account_->PaidBy(failed)) {
    auto& move = *changed.add_moves();
    move.set_subscription(Name("subscriptions", id));
    move.set_previous_card(Name("cards", failed));
  }
  if (!changed.moves().empty()) {
    *facts.emplace_back().mutable_active_card_changed() = changed;
  }
  return Yields(facts);
}

}  // namespace billing::model
