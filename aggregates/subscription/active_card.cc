#include <utility>

#include "aggregates/kernel/names.h"
#include "aggregates/subscription/subscription.h"

namespace billing::subscription {
namespace {

using kernel::Decision;
using kernel::NothingToChange;
using kernel::Reason;
using kernel::Refusal;

struct Move {
  kernel::SubscriptionId subscription;
  std::optional<kernel::CardId> previous_card;
};

// The same-card group of the selected subscription, as far as its card changes.
std::vector<Move> SameCardMoves(const SetActive& command, const SubscriptionState& selected,
                                const LiveSubscriptions& subscriptions) {
  if (!selected.card) return {Move{command.subscription, std::nullopt}};
  if (*selected.card == command.card) return {};
  std::vector<Move> moves;
  for (kernel::SubscriptionId& subscription : subscriptions.PaidBy(*selected.card)) {
    moves.push_back(Move{std::move(subscription), selected.card});
  }
  return moves;
}

// Every subscription that pays by card or has no method, as far as its card changes.
std::vector<Move> AllMoves(const SetActive& command, const LiveSubscriptions& subscriptions) {
  std::vector<Move> moves;
  for (auto& [id, subscription] : subscriptions.All()) {
    if (subscription.pays_by_invoice || subscription.billing_profile) continue;
    if (subscription.card == command.card) continue;
    moves.push_back(Move{id, subscription.card});
  }
  return moves;
}

Refusal BelongsToBillingProfile(const SubscriptionState& selected) {
  Refusal refusal{Reason::kPaymentMethodBelongsToBillingProfile};
  if (selected.billing_profile) {
    refusal.resources = {{"billing_profile", kernel::Relative(*selected.billing_profile)}};
  }
  return refusal;
}

v1::Event ActiveCardChanged(const kernel::CardId& card, const std::vector<Move>& moves,
                            v1::ChangeCause cause) {
  v1::Event fact;
  v1::ActiveCardChanged& changed = *fact.mutable_active_card_changed();
  changed.set_card(kernel::Relative(card));
  for (const Move& move : moves) {
    v1::CardMove& moved = *changed.add_moves();
    moved.set_subscription(kernel::Relative(move.subscription));
    if (move.previous_card) moved.set_previous_card(kernel::Relative(*move.previous_card));
  }
  changed.set_cause(cause);
  return fact;
}

}  // namespace

Decision Decide(const SetActive& command, const account::AccountState& account,
                const SubscriptionState& selected, const kernel::PayingCard& card,
                const LiveSubscriptions& subscriptions, kernel::Instant now,
                v1::ChangeCause cause) {
  if (account.agreement == v1::AGREEMENT_CUSTOMER_AGREEMENT) {
    return BelongsToBillingProfile(selected);
  }
  if (selected.state == v1::SUBSCRIPTION_STATE_DELETED) {
    return Refusal{Reason::kSubscriptionDeleted};
  }
  if (selected.state == v1::SUBSCRIPTION_STATE_TRANSFERRED) {
    return Refusal{Reason::kSubscriptionTransferred};
  }
  if (selected.pays_by_invoice) return Refusal{Reason::kSwitchBackToCardNotAllowed};
  if (const auto error = CardError(card, now)) return Refusal{*error};
  if (command.expected_current_card && command.expected_current_card != selected.card) {
    return Refusal{Reason::kActiveCardChanged};
  }
  const std::vector<Move> moves = account.policy.cascade_all_subscriptions
                                      ? AllMoves(command, subscriptions)
                                      : SameCardMoves(command, selected, subscriptions);
  if (moves.empty()) return NothingToChange{};
  v1::Event fact = ActiveCardChanged(command.card, moves, cause);
  fact.mutable_active_card_changed()->set_selected_subscription(
      kernel::Relative(command.subscription));
  return kernel::FactsOf(std::move(fact));
}

std::optional<v1::Event> SettleMoves(const kernel::CardId& failed_card, const kernel::CardId& card,
                                     const LiveSubscriptions& subscriptions) {
  std::vector<Move> moves;
  for (kernel::SubscriptionId& subscription : subscriptions.PaidBy(failed_card)) {
    moves.push_back(Move{std::move(subscription), failed_card});
  }
  if (moves.empty()) return std::nullopt;
  return ActiveCardChanged(card, moves, v1::CHANGE_CAUSE_SETTLE);
}

}  // namespace billing::subscription
