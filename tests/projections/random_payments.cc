#include "tests/projections/random_payments.h"

#include <array>
#include <iterator>

namespace billing::projections {

RandomPayments::RandomPayments(uint32_t seed, int commands) : random_(seed) {
  account_ = log_.Open("acme");
  for (int i = 0; i < 5; ++i) log_.Commit({given::CardAdded("card-" + std::to_string(i))});
  CreateProfile();
  for (int i = 0; i < commands; ++i) Step();
}

template <class Value>
std::string RandomPayments::Any(const std::map<std::string, Value>& map) {
  if (map.empty()) return "";
  return std::next(map.begin(), static_cast<ptrdiff_t>(Below(map.size())))->first;
}

void RandomPayments::Step() {
  const size_t choice = Below(100);
  if (choice < 6) return CreateProfile();
  if (choice < 16) return ReplaceCard();
  if (choice < 19) return Detach();
  if (choice < 34) return CreateSubscription();
  if (choice < 44) return ChangeProfile();
  if (choice < 56) return ChangeLifecycle();
  if (choice < 76) return RecordCharge();
  if (choice < 97) return EndCharge();
  Settle();
}

void RandomPayments::CreateProfile() {
  const std::string id = NewId("profile-");
  profiles_[id] = AnyCard();
  log_.Commit({given::BillingProfileCreated(id, profiles_[id])});
}

void RandomPayments::ReplaceCard() {
  const std::string id = Any(profiles_);
  const std::string previous = profiles_[id];
  if (Below(5) == 0 && !previous.empty()) {
    profiles_[id] = "";
    log_.Commit({given::ProfileSwitchedToInvoice(id, previous)});
    return;
  }
  const std::string card = AnyCard();
  if (card == previous) return;
  profiles_[id] = card;
  log_.Commit({given::PaymentMethodReplaced(id, card, previous)});
}

// The fold is of facts: whether a decision would refuse the detach is not its concern.
void RandomPayments::Detach() {
  if (profiles_.size() < 2) return;
  const std::string id = Any(profiles_);
  log_.Commit({given::PaymentMethodDetached(id, profiles_[id])});
  profiles_.erase(id);
}

void RandomPayments::CreateSubscription() {
  constexpr std::array kKinds = {
      v1::SUBSCRIPTION_KIND_CONSUMPTION, v1::SUBSCRIPTION_KIND_SUPPORT_PLAN,
      v1::SUBSCRIPTION_KIND_RESERVATION, v1::SUBSCRIPTION_KIND_SAVINGS_PLAN};
  const std::string id = NewId("sub-");
  subscriptions_[id] = {.profile = Any(profiles_)};
  log_.Commit({given::SubscriptionCreatedUnder(subscriptions_[id].profile, id,
                                               kKinds[Below(kKinds.size())])});
}

void RandomPayments::ChangeProfile() {
  const std::string id = Any(subscriptions_);
  const std::string profile = Any(profiles_);
  if (id.empty() || subscriptions_[id].profile == profile) return;
  log_.Commit({given::BillingProfileChanged(id, profile, subscriptions_[id].profile)});
  subscriptions_[id].profile = profile;
}

void RandomPayments::ChangeLifecycle() {
  const std::string id = Any(subscriptions_);
  if (id.empty()) return;
  bool& runs = subscriptions_[id].runs;
  if (runs) {
    runs = false;
    log_.Commit(
        {Below(2) == 0 ? given::SubscriptionCancelled(id) : given::SubscriptionDisabled(id)});
  } else if (Below(2) == 0) {
    runs = true;
    log_.Commit({given::SubscriptionReactivated(id)});
  } else {
    subscriptions_.erase(id);
    log_.Commit({given::SubscriptionDeleted(id)});
  }
}

void RandomPayments::RecordCharge() {
  const std::string id = NewId("charge-");
  given::ChargeOptions options{.cents = static_cast<int64_t>(1 + Below(10'000))};
  const std::string subscription = Below(3) == 0 ? "" : Any(subscriptions_);
  options.subscription = subscription;
  const std::string profile =
      subscription.empty() ? Any(profiles_) : subscriptions_[subscription].profile;
  if (subscription.empty()) options.profile = profile;
  if (profiles_.contains(profile)) options.card = profiles_[profile];
  charges_[id] = {.card = options.card, .cents = options.cents};
  log_.Commit({given::ChargeRecorded(id, options)});
}

void RandomPayments::EndCharge() {
  const std::string id = Any(charges_);
  if (id.empty()) return;
  const size_t choice = Below(4);
  if (choice < 2) {
    charges_[id].past_due = true;
    log_.Commit({given::PaymentDeclined(id, NewId("ref-"))});
    return;
  }
  charges_.erase(id);
  log_.Commit({choice == 2 ? given::PaymentSucceeded(id) : given::ChargeVoided(id)});
}

void RandomPayments::Settle() {
  const std::string failed = AnyCard();
  const std::string paying = AnyCard();
  std::vector<std::string> paid;
  int64_t cents = 0;
  for (const auto& [id, charge] : charges_) {
    if (!charge.past_due || (charge.card != failed && charge.card != paying)) continue;
    paid.push_back(id);
    cents += charge.cents;
  }
  if (failed == paying || paid.empty()) return;
  std::vector<v1::Event> facts = {given::BalanceSettled(failed, paying, cents, paid)};
  for (auto& [id, card] : profiles_) {
    if (card != failed) continue;
    card = paying;
    facts.push_back(given::PaymentMethodReplaced(id, paying, failed));
  }
  for (const std::string& id : paid) charges_.erase(id);
  log_.Commit(facts);
}

}  // namespace billing::projections
