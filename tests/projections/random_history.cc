#include "tests/projections/random_history.h"

#include <array>

namespace billing::projections {

RandomHistory::RandomHistory(uint32_t seed, int commands) : random_(seed) {
  accounts_[log_.Open("acme")];
  accounts_[log_.Open("other")];
  for (int i = 0; i < commands; ++i) Step();
}

void RandomHistory::Step() {
  current_ = Below(2) == 0 ? 1 : 2;
  log_.Continue(current_);
  const size_t choice = Below(100);
  if (choice < 15) return AddCard();
  if (choice < 22) return UpdateCard();
  if (choice < 42) return SetActive();
  if (choice < 55) return RemoveCard();
  if (choice < 75) return CreateSubscription();
  ChangeLifecycle();
}

void RandomHistory::AddCard() {
  const std::string id = "card-" + std::to_string(++ids_);
  const Card card{.expiry = Expiry()};
  const std::string subscription = Below(2) == 0 ? LiveSubscription() : "";
  std::vector<v1::Event> facts = {
      given::CardAdded(id, {.expiry = card.expiry,
                            .fingerprint = Below(2) == 0 ? "fingerprint-" + id : "",
                            .subscription = subscription})};
  account().cards[id] = card;
  if (!subscription.empty()) facts.push_back(MoveGroup(subscription, id));
  log_.Commit(facts);
}

void RandomHistory::UpdateCard() {
  const std::string id = LiveCard();
  if (id.empty()) return Refuse("none");
  Card& card = account().cards[id];
  card.expiry = Expiry();
  log_.Commit({CardUpdated(id, {"expiry"}, card.expiry)});
}

void RandomHistory::SetActive() {
  const std::string id = LiveSubscription();
  const std::string card = LiveCard();
  if (id.empty() || card.empty()) return Refuse("none");
  if (account().subscriptions[id].card == card) {
    log_.Commit({SetActiveChangedNothing(id, card)});
    return;
  }
  log_.Commit({MoveGroup(id, card)});
}

void RandomHistory::RemoveCard() {
  const std::string id = LiveCard();
  std::vector<std::string> detached;
  for (const auto& [name, subscription] : account().subscriptions) {
    if (!subscription.live() || subscription.card != id) continue;
    if (subscription.state == v1::SUBSCRIPTION_STATE_ACTIVE) return Refuse(id);
    detached.push_back(name);
  }
  if (id.empty()) return Refuse("none");
  for (const std::string& name : detached) account().subscriptions[name].card = "";
  account().cards[id].live = false;
  log_.Commit({given::CardRemoved(id, detached)});
}

void RandomHistory::CreateSubscription() {
  constexpr std::array kKinds = {
      v1::SUBSCRIPTION_KIND_CONSUMPTION, v1::SUBSCRIPTION_KIND_SUPPORT_PLAN,
      v1::SUBSCRIPTION_KIND_RESERVATION, v1::SUBSCRIPTION_KIND_SAVINGS_PLAN};
  const std::string id = "sub-" + std::to_string(++ids_);
  const Subscription subscription{.kind = kKinds[Below(kKinds.size())],
                                  .card = Below(4) == 0 ? "" : LiveCard()};
  account().subscriptions[id] = subscription;
  log_.Commit({given::SubscriptionCreated(id, subscription.card, subscription.kind)});
}

void RandomHistory::ChangeLifecycle() {
  const std::string id = LiveSubscription();
  if (id.empty()) return Refuse("none");
  Subscription& subscription = account().subscriptions[id];
  if (subscription.state == v1::SUBSCRIPTION_STATE_ACTIVE) {
    const bool disable = Below(2) == 0;
    subscription.state =
        disable ? v1::SUBSCRIPTION_STATE_DISABLED : v1::SUBSCRIPTION_STATE_CANCELLED;
    log_.Commit({disable ? given::SubscriptionDisabled(id) : given::SubscriptionCancelled(id)});
  } else if (Below(3) > 0) {
    subscription.state = v1::SUBSCRIPTION_STATE_ACTIVE;
    log_.Commit({given::SubscriptionReactivated(id)});
  } else {
    subscription.state = v1::SUBSCRIPTION_STATE_DELETED;
    subscription.card = "";
    log_.Commit({given::SubscriptionDeleted(id)});
  }
}

kernel::YearMonth RandomHistory::Expiry() {
  return {2026 + static_cast<int>(Below(3)), 1 + static_cast<int>(Below(12))};
}

std::string RandomHistory::LiveCard() {
  std::vector<std::string> live;
  for (const auto& [id, card] : account().cards) {
    if (card.live) live.push_back(id);
  }
  return live.empty() ? "" : live[Below(live.size())];
}

std::string RandomHistory::LiveSubscription() {
  std::vector<std::string> live;
  for (const auto& [id, subscription] : account().subscriptions) {
    if (subscription.live()) live.push_back(id);
  }
  return live.empty() ? "" : live[Below(live.size())];
}

v1::Event RandomHistory::MoveGroup(const std::string& selected, const std::string& card) {
  const std::string previous = account().subscriptions[selected].card;
  given::Moves moves;
  for (auto& [id, subscription] : account().subscriptions) {
    const bool in_group = !previous.empty() && subscription.live() && subscription.card == previous;
    if (id != selected && !in_group) continue;
    moves.emplace_back(id, previous);
    subscription.card = card;
  }
  return given::ActiveCardChanged(selected, card, moves);
}

}  // namespace billing::projections
