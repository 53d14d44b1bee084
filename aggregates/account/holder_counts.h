// Live subscriptions that pay with one card, or are billed to one profile, counted so that
// saying what holds it costs no scan.
#ifndef BILLING_AGGREGATES_ACCOUNT_HOLDER_COUNTS_H_
#define BILLING_AGGREGATES_ACCOUNT_HOLDER_COUNTS_H_

#include <array>
#include <cstdint>

#include "aggregates/account/account.h"
#include "billing/v1/subscription.pb.h"

namespace billing::account {

class HolderCounts {
 public:
  static constexpr int kStates = 4;  // ACTIVE, PAST_DUE, DISABLED, CANCELLED
  static constexpr int kKinds = 4;   // CONSUMPTION, SUPPORT_PLAN, RESERVATION, SAVINGS_PLAN

  // REQUIRES: a live state.
  uint32_t& At(billing::v1::SubscriptionState state, billing::v1::SubscriptionKind kind);
  uint32_t At(billing::v1::SubscriptionState state, billing::v1::SubscriptionKind kind) const;
  uint32_t Total() const;
  // How many of them hold the card under this policy.
  uint32_t Holding(const Policy& policy) const;

  // By state, then kind, in the order above.
  const std::array<uint32_t, kStates * kKinds>& cells() const { return cells_; }
  std::array<uint32_t, kStates * kKinds>& cells() { return cells_; }
  friend bool operator==(const HolderCounts&, const HolderCounts&) = default;

 private:
  std::array<uint32_t, kStates * kKinds> cells_{};
};

}  // namespace billing::account

#endif  // BILLING_AGGREGATES_ACCOUNT_HOLDER_COUNTS_H_
