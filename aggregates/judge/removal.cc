#include <algorithm>
#include <cassert>
#include <functional>
#include <iterator>

#include "aggregates/judge/judge.h"
#include "aggregates/kernel/names.h"

namespace billing::judge {
namespace {

using projections::AccountNumber;
using projections::ChargeClass;
using projections::HolderClass;
using projections::StateReader;

// One type of blocker: a page of their subjects by id after `after`, as relative names.
struct BlockerType {
  std::string_view type;
  // What the counts say is none costs no look.
  bool any;
  std::function<std::vector<std::string>(std::string_view after, size_t limit)> page;
};

// Holders in one class, by id.
using HoldersOf = std::function<std::vector<kernel::SubscriptionId>(
    HolderClass holder_class, std::string_view after, size_t limit)>;

template <class Id>
std::vector<std::string> Names(const std::vector<Id>& ids) {
  std::vector<std::string> names;
  names.reserve(ids.size());
  for (const Id& id : ids) names.push_back(kernel::Relative(id));
  return names;
}

// The retired states that hold a card under the policy, or those that do not.
std::vector<HolderClass> RetiredClasses(const account::Policy& policy, bool holding) {
  std::vector<HolderClass> classes;
  if (policy.disabled_holds == holding) classes.push_back(HolderClass::kDisabled);
  if (policy.cancelled_holds == holding) classes.push_back(HolderClass::kCancelled);
  return classes;
}

// The first `limit` holders of any of the classes, by id.
std::vector<kernel::SubscriptionId> HoldersIn(const std::vector<HolderClass>& classes,
                                              const HoldersOf& holders, std::string_view after,
                                              size_t limit) {
  std::vector<kernel::SubscriptionId> merged;
  for (const HolderClass holder_class : classes) {
    for (kernel::SubscriptionId& id : holders(holder_class, after, limit)) {
      merged.push_back(std::move(id));
    }
  }
  if (classes.size() > 1) std::ranges::sort(merged);
  if (merged.size() > limit) {
    merged.erase(merged.begin() + static_cast<ptrdiff_t>(limit), merged.end());
  }
  return merged;
}

// In the order of a refusal. Source: design page "The domain", Blockers of a removal.
std::vector<BlockerType> HolderBlockers(const account::Policy& policy, bool any,
                                        const HoldersOf& holders) {
  const auto of = [any, &holders](std::string_view type, std::vector<HolderClass> classes) {
    return BlockerType{
        type, any, [&holders, classes = std::move(classes)](std::string_view after, size_t limit) {
          return Names(HoldersIn(classes, holders, after, limit));
        }};
  };
  return {of("CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION", RetiredClasses(policy, true)),
          of("RECURRING_CHARGES", {HolderClass::kRecurring}),
          of("RESERVED_INSTANCES", {HolderClass::kReservation}),
          of("CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", {HolderClass::kConsumption})};
}

// `scope` is what the charges are unpaid on: a card or a profile.
std::vector<BlockerType> ChargeBlockers(const kernel::Unpaid& unpaid, AccountNumber account,
                                        const std::string& scope, const StateReader& states) {
  const auto of = [&](std::string_view type, bool any, ChargeClass charge_class) {
    return BlockerType{
        type, any, [=, &states](std::string_view after, size_t limit) {
          return Names(states.UnpaidCharges(account, scope, charge_class, after, limit));
        }};
  };
  return {of("OUTSTANDING_CHARGES", unpaid.past_due_count > 0, ChargeClass::kPastDue),
          of("PENDING_CHARGES", unpaid.pending_count > 0, ChargeClass::kPending)};
}

// The blockers of `types` after `after`, at most `limit`.
std::vector<kernel::Blocker> Page(const std::vector<BlockerType>& types,
                                  const kernel::Blocker* after, int limit) {
  std::vector<kernel::Blocker> blockers;
  bool started = after == nullptr;
  for (const BlockerType& type : types) {
    std::string_view after_id;
    if (!started) {
      if (type.type != after->type) continue;
      started = true;
      after_id = kernel::IdOf(after->subject);
      // The account itself is the only subject of its type.
      if (after->subject.empty()) continue;
    }
    const size_t room = static_cast<size_t>(limit) - blockers.size();
    if (room == 0) break;
    if (!type.any) continue;
    for (std::string& subject : type.page(after_id, room)) {
      blockers.push_back({std::string(type.type), std::move(subject)});
    }
  }
  return blockers;
}

HoldersOf HoldersOfCard(AccountNumber account, const kernel::CardId& card,
                        const StateReader& states) {
  return [=, &card, &states](HolderClass holder_class, std::string_view after, size_t limit) {
    return states.Holders(account, card, holder_class, after, limit);
  };
}

}  // namespace

Obstacles ObstaclesToRemoval(AccountNumber account, const kernel::CardId& id,
                             const card::CardState& card, const account::Policy& policy,
                             uint32_t live_cards, const kernel::Blocker* after, int limit,
                             const StateReader& states) {
  assert(card.live());
  assert(limit >= 0);
  const uint32_t holding = card.holders.Holding(policy);
  const bool is_last = policy.require_payment_method && live_cards <= 1;
  Obstacles obstacles{.count =
                          static_cast<int>(holding + card.active_profiles + card.unpaid.count()) +
                          (is_last ? 1 : 0)};
  if (obstacles.count == 0 || limit == 0) return obstacles;

  const HoldersOf holders = HoldersOfCard(account, id, states);
  const std::string scope = kernel::Relative(id);
  std::vector<BlockerType> types = HolderBlockers(policy, holding > 0, holders);
  types.push_back({"CARD_IS_BILLING_PROFILE_DEFAULT", card.active_profiles > 0,
                   [&](std::string_view after_id, size_t room) {
                     return Names(states.ProfilesWith(account, id, after_id, room));
                   }});
  std::ranges::move(ChargeBlockers(card.unpaid, account, scope, states), std::back_inserter(types));
  types.push_back({"LAST_PAYMENT_METHOD_REQUIRED", is_last,
                   [](std::string_view, size_t) { return std::vector<std::string>{""}; }});
  obstacles.blockers = Page(types, after, limit);
  return obstacles;
}

Obstacles ObstaclesToDetach(AccountNumber account, const kernel::BillingProfileId& id,
                            const profile::BillingProfileState& profile,
                            const account::Policy& policy, const kernel::Blocker* after, int limit,
                            const StateReader& states) {
  assert(limit >= 0);
  const uint32_t holding = profile.holders.Holding(policy);
  Obstacles obstacles{.count = static_cast<int>(holding + profile.unpaid.count())};
  if (obstacles.count == 0 || limit == 0) return obstacles;

  const HoldersOf holders = [&](HolderClass holder_class, std::string_view after_id, size_t room) {
    return states.BilledTo(account, id, holder_class, after_id, room);
  };
  const std::string scope = kernel::Relative(id);
  std::vector<BlockerType> types = HolderBlockers(policy, holding > 0, holders);
  std::ranges::move(ChargeBlockers(profile.unpaid, account, scope, states),
                    std::back_inserter(types));
  obstacles.blockers = Page(types, after, limit);
  return obstacles;
}

std::vector<kernel::SubscriptionId> DetachedByRemoval(AccountNumber account,
                                                      const kernel::CardId& id,
                                                      const card::CardState& card,
                                                      const account::Policy& policy,
                                                      std::string_view after, size_t limit,
                                                      const StateReader& states) {
  if (card.holders.Total() == card.holders.Holding(policy)) return {};
  return HoldersIn(RetiredClasses(policy, false), HoldersOfCard(account, id, states), after, limit);
}

}  // namespace billing::judge
