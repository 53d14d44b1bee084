// What the rules of whatever pays by card ask of the card.
#ifndef BILLING_AGGREGATES_KERNEL_PAYING_CARD_H_
#define BILLING_AGGREGATES_KERNEL_PAYING_CARD_H_

#include <optional>

#include "aggregates/kernel/reason.h"
#include "aggregates/kernel/time.h"

namespace billing::kernel {

struct PayingCard {
  bool live = true;
  YearMonth expiry;
};

// Why it cannot pay, of the "card errors" of the design page "The domain"; nothing when it
// can. (The third of them, CARD_NOT_FOUND, has no card to ask.)
inline std::optional<Reason> CardError(const PayingCard& card, Instant now) {
  if (!card.live) return Reason::kCardRemoved;
  if (HasExpired(card.expiry, now)) return Reason::kCardExpired;
  return std::nullopt;
}

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_PAYING_CARD_H_
