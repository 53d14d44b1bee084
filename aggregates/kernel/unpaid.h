// What is owed and not paid, of an account, a card or a billing profile.
#ifndef BILLING_AGGREGATES_KERNEL_UNPAID_H_
#define BILLING_AGGREGATES_KERNEL_UNPAID_H_

#include <cstdint>

namespace billing::kernel {

// Counts of charges, and their sums in minor units of the account's currency. The sums of
// an account never overflow together (charge::Decide), so none of a part of it does.
struct Unpaid {
  uint32_t pending_count = 0;
  uint32_t past_due_count = 0;
  int64_t pending_minor = 0;
  int64_t past_due_minor = 0;

  uint32_t count() const { return pending_count + past_due_count; }
  friend bool operator==(const Unpaid&, const Unpaid&) = default;
};

}  // namespace billing::kernel

#endif  // BILLING_AGGREGATES_KERNEL_UNPAID_H_
