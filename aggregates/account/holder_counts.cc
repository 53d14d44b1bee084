#include "aggregates/account/holder_counts.h"

#include <cassert>
#include <numeric>

namespace billing::account {
namespace {

// The live states and the kinds are numbered from 1, without gaps; wire numbers never
// change.
size_t CellOf(v1::SubscriptionState state, v1::SubscriptionKind kind) {
  const int row = state - v1::SUBSCRIPTION_STATE_ACTIVE;
  const int column = kind - v1::SUBSCRIPTION_KIND_CONSUMPTION;
  assert(0 <= row && row < HolderCounts::kStates);
  assert(0 <= column && column < HolderCounts::kKinds);
  return static_cast<size_t>(row * HolderCounts::kKinds + column);
}

}  // namespace

uint32_t& HolderCounts::At(v1::SubscriptionState state, v1::SubscriptionKind kind) {
  return cells_[CellOf(state, kind)];
}

uint32_t HolderCounts::At(v1::SubscriptionState state, v1::SubscriptionKind kind) const {
  return cells_[CellOf(state, kind)];
}

uint32_t HolderCounts::Total() const {
  return std::accumulate(cells_.begin(), cells_.end(), uint32_t{0});
}

uint32_t HolderCounts::Holding(const Policy& policy) const {
  uint32_t holding = 0;
  for (const v1::SubscriptionState state :
       {v1::SUBSCRIPTION_STATE_ACTIVE, v1::SUBSCRIPTION_STATE_PAST_DUE,
        v1::SUBSCRIPTION_STATE_DISABLED, v1::SUBSCRIPTION_STATE_CANCELLED}) {
    if (!policy.Holds(state)) continue;
    const auto* row = cells_.data() + CellOf(state, v1::SUBSCRIPTION_KIND_CONSUMPTION);
    holding = std::accumulate(row, row + kKinds, holding);
  }
  return holding;
}

}  // namespace billing::account
