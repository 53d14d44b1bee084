#include "tests/model/world.h"

#include <algorithm>

namespace billing::model {

Time StartOfMonth(int year, int month) {
  // Days before the year and month, counted year by year and month by month.
  const auto leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  year += (month - 1) / 12;
  month = (month - 1) % 12 + 1;
  int64_t days = 0;
  for (int y = 1970; y < year; ++y) days += leap(y) ? 366 : 365;
  const int lengths[] = {31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int m = 1; m < month; ++m) days += lengths[m - 1];
  return days * kDay;
}

bool Card::ExpiredAt(Time now) const {
  return now >= StartOfMonth(expiry_year, expiry_month + 1) + 12 * kHour;
}

v1::TransferState Transfer::StateAt(Time now) const {
  return state == v1::TRANSFER_STATE_PENDING && now >= Deadline() ? v1::TRANSFER_STATE_EXPIRED
                                                                  : state;
}

bool Account::Holds(v1::SubscriptionState state) const {
  return std::find(policy.holding_states().begin(), policy.holding_states().end(), state) !=
         policy.holding_states().end();
}

std::string Account::CardOf(const Subscription& subscription) const {
  if (!subscription.live()) return "";
  return subscription.profile.empty() ? subscription.card : profiles.at(subscription.profile).card;
}

size_t Account::LiveCards() const {
  return static_cast<size_t>(std::count_if(cards.begin(), cards.end(),
                                           [](const auto& each) { return !each.second.removed; }));
}

size_t Account::LiveSubscriptions() const {
  return static_cast<size_t>(std::count_if(subscriptions.begin(), subscriptions.end(),
                                           [](const auto& each) { return each.second.live(); }));
}

size_t Account::PastDueCharges() const {
  return static_cast<size_t>(std::count_if(
      charges.begin(), charges.end(), [](const auto& each) { return each.second.past_due(); }));
}

size_t Account::PastDueChargesOf(const std::string& subscription) const {
  return static_cast<size_t>(
      std::count_if(charges.begin(), charges.end(), [&subscription](const auto& each) {
        return each.second.past_due() && each.second.subscription == subscription;
      }));
}

std::vector<std::string> Account::PaidBy(const std::string& card) const {
  std::vector<std::string> ids;
  for (const auto& [each, subscription] : subscriptions) {
    if (!card.empty() && CardOf(subscription) == card) ids.push_back(each);
  }
  return ids;
}

std::vector<std::string> Account::ProfilesWith(const std::string& card) const {
  std::vector<std::string> ids;
  for (const auto& [each, profile] : profiles) {
    if (profile.active && profile.card == card) ids.push_back(each);
  }
  return ids;
}

const Account* World::Find(const std::string& id) const {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : &found->second;
}

void World::Note(const std::string& stream) {
  ++head_;
  ++accounts_.at(stream).revision;
}

std::string IdIn(const std::string& name) { return name.substr(name.rfind('/') + 1); }

}  // namespace billing::model
