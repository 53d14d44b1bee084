#include <algorithm>
#include <cassert>

#include "aggregates/judge/judge.h"
#include "aggregates/kernel/names.h"

namespace billing::judge {
namespace {

using projections::HolderClass;

constexpr std::string_view kLastPaymentMethod = "LAST_PAYMENT_METHOD_REQUIRED";

// One type of blocker, and the holders that are of it.
struct HolderBlocker {
  std::string_view type;
  std::vector<HolderClass> classes;
};

// The retired states that hold a card under the policy, or those that do not.
std::vector<HolderClass> RetiredClasses(const account::Policy& policy, bool holding) {
  std::vector<HolderClass> classes;
  if (policy.disabled_holds == holding) classes.push_back(HolderClass::kDisabled);
  if (policy.cancelled_holds == holding) classes.push_back(HolderClass::kCancelled);
  return classes;
}

// In the order of a refusal. Source: design page "The domain", Blockers of a removal.
std::vector<HolderBlocker> HolderBlockers(const account::Policy& policy) {
  return {
      {"CARD_RETAINED_FOR_DISABLED_SUBSCRIPTION", RetiredClasses(policy, true)},
      {"RECURRING_CHARGES", {HolderClass::kRecurring}},
      {"RESERVED_INSTANCES", {HolderClass::kReservation}},
      {"CARD_IN_USE_BY_ACTIVE_SUBSCRIPTION", {HolderClass::kConsumption}},
  };
}

// The first `limit` holders of any of the classes, by id.
std::vector<kernel::SubscriptionId> HoldersIn(const std::vector<HolderClass>& classes,
                                              projections::AccountNumber account,
                                              const kernel::CardId& card, std::string_view after,
                                              size_t limit,
                                              const projections::StateReader& states) {
  std::vector<kernel::SubscriptionId> merged;
  for (const HolderClass holder_class : classes) {
    for (kernel::SubscriptionId& id : states.Holders(account, card, holder_class, after, limit)) {
      merged.push_back(std::move(id));
    }
  }
  if (classes.size() > 1) std::ranges::sort(merged);
  if (merged.size() > limit)
    merged.erase(merged.begin() + static_cast<ptrdiff_t>(limit), merged.end());
  return merged;
}

}  // namespace

Obstacles ObstaclesToRemoval(projections::AccountNumber account, const kernel::CardId& id,
                             const card::CardState& card, const account::Policy& policy,
                             uint32_t live_cards, const kernel::Blocker* after, int limit,
                             const projections::StateReader& states) {
  assert(card.live());
  assert(limit >= 0);
  const uint32_t holding = card.holders.Holding(policy);
  const bool is_last = policy.require_payment_method && live_cards <= 1;
  Obstacles obstacles{.count = static_cast<int>(holding) + (is_last ? 1 : 0)};
  const auto room = [&] { return static_cast<size_t>(limit) - obstacles.blockers.size(); };

  bool started = after == nullptr;
  for (const HolderBlocker& blocker : HolderBlockers(policy)) {
    std::string_view after_id;
    if (!started) {
      if (blocker.type != after->type) continue;
      started = true;
      after_id = kernel::IdOf(after->subject);
    }
    if (holding == 0 || room() == 0) continue;
    for (const kernel::SubscriptionId& subscription :
         HoldersIn(blocker.classes, account, id, after_id, room(), states)) {
      obstacles.blockers.push_back({std::string(blocker.type), kernel::Relative(subscription)});
    }
  }
  if (is_last && started && room() > 0) {
    obstacles.blockers.push_back({std::string(kLastPaymentMethod), ""});
  }
  return obstacles;
}

std::vector<kernel::SubscriptionId> DetachedByRemoval(projections::AccountNumber account,
                                                      const kernel::CardId& id,
                                                      const card::CardState& card,
                                                      const account::Policy& policy,
                                                      std::string_view after, size_t limit,
                                                      const projections::StateReader& states) {
  if (card.holders.Total() == card.holders.Holding(policy)) return {};
  return HoldersIn(RetiredClasses(policy, false), account, id, after, limit, states);
}

}  // namespace billing::judge
