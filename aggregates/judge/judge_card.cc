#include <cassert>

#include "aggregates/judge/case.h"

namespace billing::judge {
namespace {

using kernel::Decision;
using kernel::Facts;
using kernel::Reason;
using kernel::Refusal;

card::Wallet WalletFor(const Case& c, const card::AddCard& command) {
  card::Wallet wallet{.live_cards = c.states.Head(c.number).live_cards};
  if (c.states.Card(c.number, command.card)) {
    wallet.same_card = command.card;
  } else {
    wallet.same_card = c.states.CardWithToken(c.number, command.token);
  }
  if (!wallet.same_card && !command.fingerprint.empty()) {
    wallet.same_card = c.states.CardWithFingerprint(c.number, command.fingerprint);
  }
  return wallet;
}

}  // namespace

Decision JudgeIn(const Case& c, const card::AddCard& command) {
  std::optional<subscription::SubscriptionState> selected;
  if (command.subscription) {
    selected = c.states.Subscription(c.number, *command.subscription);
    if (!selected) return Refusal{Reason::kSubscriptionNotFound};
  }
  const Decision added = Decide(command, c.account, WalletFor(c, command), c.context.now);
  const Facts* card_added = std::get_if<Facts>(&added);
  if (!command.set_active || card_added == nullptr) return added;

  // A request that asks for it without a subscription is malformed.
  assert(selected);
  const Decision activated =
      Decide(subscription::SetActive{c.account.id, *command.subscription, command.card}, c.account,
             *selected, kernel::PayingCard{.live = true, .expiry = command.expiry},
             StoredSubscriptions(c), c.context.now, v1::CHANGE_CAUSE_ADD_CARD);
  const Facts* moved = std::get_if<Facts>(&activated);
  if (moved == nullptr) return activated;
  Facts both = *card_added;
  both.insert(both.end(), moved->begin(), moved->end());
  return both;
}

Decision JudgeIn(const Case& c, const card::UpdateCard& command) {
  const auto card = SubjectOf(c, command.card, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&card)) return *refusal;
  return Decide(command, std::get<card::CardState>(card), c.context.now);
}

Decision JudgeIn(const Case& c, const card::RemoveCard& command) {
  const auto found = SubjectOf(c, command.card, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& card = std::get<card::CardState>(found);
  if (!card.live()) return Refusal{Reason::kCardNotFound};

  const account::Policy& policy = c.account.policy;
  Obstacles obstacles =
      ObstaclesToRemoval(c.number, command.card, card, policy, c.states.Head(c.number).live_cards,
                         nullptr, kernel::kBlockersPerRefusal, c.states);
  card::Removal removal{.first_blockers = std::move(obstacles.blockers),
                        .blocker_count = obstacles.count};
  if (removal.blocker_count == 0) {
    removal.detached_subscriptions = DetachedByRemoval(c.number, command.card, card, policy, "",
                                                       account::kLiveSubscriptionsMax, c.states);
  }
  return Decide(command, removal);
}

Decision JudgeIn(const Case& c, const subscription::SetActive& command) {
  const auto selected = SubjectOf(c, command.subscription, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&selected)) return *refusal;
  const auto card = c.states.PayingCard(c.number, command.card);
  if (!card) return Refusal{Reason::kCardNotFound};
  // Removed ones are found: such a card is only not the active one.
  const auto& expected = command.expected_current_card;
  if (expected && !c.states.PayingCard(c.number, *expected)) return Refusal{Reason::kCardNotFound};
  return Decide(command, c.account, std::get<subscription::SubscriptionState>(selected), *card,
                StoredSubscriptions(c), c.context.now);
}

}  // namespace billing::judge
