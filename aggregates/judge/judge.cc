#include "aggregates/judge/judge.h"

#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "aggregates/judge/roles.h"

namespace billing::judge {
namespace {

using kernel::Decision;
using kernel::Facts;
using kernel::Reason;
using kernel::Refusal;
using projections::StateReader;

template <class T>
using OrRefusal = std::variant<T, Refusal>;

// A command about an account that its caller may give there.
struct Case {
  const kernel::Context& context;
  const StateReader& states;
  Deed deed;
  bool by_platform;
  projections::AccountNumber number;
  account::AccountState account;
};

OrRefusal<Case> Open(const Command& command, const kernel::Context& context,
                     const StateReader& states) {
  const Deed deed = DeedOf(command);
  const bool by_platform = PlatformAllows(deed, context.caller);
  const std::optional<projections::AccountNumber> number = states.FindAccount(AccountOf(command));
  std::optional<account::AccountState> account;
  if (number) account = states.Account(*number);
  if (!account) {
    // Whoever may do nothing in an account does not learn that there is none.
    return Refusal{by_platform ? Reason::kBillingAccountNotFound : Reason::kRoleRequired};
  }
  if (!by_platform && !AccountAllows(deed, context.caller, *account)) {
    return Refusal{Reason::kRoleRequired};
  }
  return Case{context, states, deed, by_platform, *number, *std::move(account)};
}

bool IsOtherVersion(const std::optional<uint64_t>& wanted, uint64_t etag) {
  return wanted && *wanted != etag;
}

// The subscription that the command is about: role, etag, not found.
OrRefusal<subscription::SubscriptionState> SubjectOf(const Case& c,
                                                     const kernel::SubscriptionId& id,
                                                     const std::optional<uint64_t>& etag) {
  auto subscription = c.states.Subscription(c.number, id);
  if (!subscription) return Refusal{Reason::kSubscriptionNotFound};
  if (c.deed == Deed::kManageSubscriptions && !c.by_platform && IsHeldByPlatform(*subscription)) {
    return Refusal{Reason::kRoleRequired};
  }
  if (IsOtherVersion(etag, subscription->etag)) return Refusal{Reason::kEtagMismatch};
  return *std::move(subscription);
}

// The card that the command is about: etag, not found.
OrRefusal<card::CardState> SubjectOf(const Case& c, const kernel::CardId& id,
                                     const std::optional<uint64_t>& etag) {
  auto card = c.states.Card(c.number, id);
  if (!card) return Refusal{Reason::kCardNotFound};
  if (IsOtherVersion(etag, card->etag)) return Refusal{Reason::kEtagMismatch};
  return *std::move(card);
}

subscription::PayingCard PayingCardOf(const card::CardState& card) {
  return {.live = card.live(), .expiry = card.expiry};
}

class StoredSubscriptions final : public subscription::LiveSubscriptions {
 public:
  explicit StoredSubscriptions(const Case& c) : case_(c) {}

  std::vector<kernel::SubscriptionId> PaidBy(const kernel::CardId& card) const override {
    return case_.states.AllHolders(case_.number, card);
  }

  std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionState>> All()
      const override {
    std::vector<std::pair<kernel::SubscriptionId, subscription::SubscriptionState>> all;
    for (kernel::SubscriptionId& id :
         case_.states.LiveSubscriptions(case_.number, "", account::kLiveSubscriptionsMax)) {
      auto state = case_.states.Subscription(case_.number, id);
      // Only an unreadable row can be missing here; then the decision means nothing.
      if (state) all.emplace_back(std::move(id), *std::move(state));
    }
    return all;
  }

 private:
  const Case& case_;
};

Decision JudgeIn(const Case& c, const account::SetPolicy& command) {
  if (IsOtherVersion(command.etag, c.account.etag)) return Refusal{Reason::kEtagMismatch};
  return Decide(command, c.account);
}

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
             *selected, subscription::PayingCard{.live = true, .expiry = command.expiry},
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
  const auto card = c.states.Card(c.number, command.card);
  if (!card) return Refusal{Reason::kCardNotFound};
  // Removed ones are found: such a card is only not the active one.
  const auto& expected = command.expected_current_card;
  if (expected && !c.states.Card(c.number, *expected)) return Refusal{Reason::kCardNotFound};
  return Decide(command, c.account, std::get<subscription::SubscriptionState>(selected),
                PayingCardOf(*card), StoredSubscriptions(c), c.context.now);
}

Decision JudgeIn(const Case& c, const subscription::CreateSubscription& command) {
  subscription::Newcomer newcomer;
  if (command.card) {
    const auto card = c.states.Card(c.number, *command.card);
    if (!card) return Refusal{Reason::kCardNotFound};
    newcomer.card = PayingCardOf(*card);
  }
  // Pay-as-you-go has no billing profiles: there naming one is not a search that fails, it
  // is what the agreement does not support. No command of this version makes one.
  const bool has_profiles = c.account.agreement == v1::AGREEMENT_CUSTOMER_AGREEMENT;
  if (command.billing_profile && has_profiles) return Refusal{Reason::kBillingProfileNotFound};
  newcomer.id_taken = c.states.Subscription(c.number, command.subscription).has_value();
  newcomer.live_subscriptions = c.states.Head(c.number).live_subscriptions;
  return Decide(command, c.account, newcomer, c.context.now);
}

Decision JudgeIn(const Case& c, const subscription::UpdateSubscription& command) {
  const auto subscription = SubjectOf(c, command.subscription, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&subscription)) return *refusal;
  return Decide(command, std::get<subscription::SubscriptionState>(subscription));
}

Decision JudgeIn(const Case& c, const subscription::ChangeBillingProfile& command) {
  const auto subscription = SubjectOf(c, command.subscription, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&subscription)) return *refusal;
  // No command of this version makes a billing profile.
  return Refusal{Reason::kBillingProfileNotFound};
}

Decision JudgeIn(const Case& c, const subscription::ChangeLifecycle& command) {
  const auto found = SubjectOf(c, command.subscription, command.etag);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& subscription = std::get<subscription::SubscriptionState>(found);
  std::optional<subscription::PayingCard> card;
  if (subscription.card && command.change == subscription::Lifecycle::kReactivate) {
    const auto state = c.states.Card(c.number, *subscription.card);
    if (state) card = PayingCardOf(*state);
  }
  return Decide(command, subscription, card, c.context.now);
}

Decision JudgeOpening(const account::CreateBillingAccount& command, const kernel::Context& context,
                      const StateReader& states) {
  if (!PlatformAllows(Deed::kManageAccounts, context.caller)) {
    return Refusal{Reason::kRoleRequired};
  }
  return Decide(command, states.FindAccount(command.account).has_value());
}

}  // namespace

Decision Judge(const Command& command, const kernel::Context& context, const StateReader& states) {
  return std::visit(
      [&]<class C>(const C& any) -> Decision {
        if constexpr (std::is_same_v<C, account::CreateBillingAccount>) {
          return JudgeOpening(any, context, states);
        } else {
          const OrRefusal<Case> opened = Open(command, context, states);
          if (const auto* refusal = std::get_if<Refusal>(&opened)) return *refusal;
          return JudgeIn(std::get<Case>(opened), any);
        }
      },
      command);
}

}  // namespace billing::judge
