// Recorded commands judged under a policy that the account did not have.
//
// Each is judged by what really was before it, its account's policy apart: what would have
// followed from another outcome is not imagined. SetPolicy and CreateBillingAccount are left
// out, for the policy asked about stands in their place throughout.
#ifndef BILLING_TOOLS_REPLAY_WHAT_IF_H_
#define BILLING_TOOLS_REPLAY_WHAT_IF_H_

#include <cstdint>
#include <optional>
#include <string>

#include "aggregates/account/account.h"
#include "aggregates/kernel/decision.h"
#include "projections/keyvalue/key_value.h"
#include "tools/replay/command_reading.h"

namespace billing::replay {

struct Otherwise {
  // Of the command's first record.
  uint64_t position = 0;
  std::string account;
  // The RPC's name.
  std::string command;
  // In words: `refused CARD_NOT_REMOVABLE`, `card visa removed`.
  std::string was;
  std::string would_be;
  // From facts, or nothing to change, to a refusal.
  bool newly_refused = false;
};

class WhatIf {
 public:
  explicit WhatIf(const account::Policy& policy) : policy_(policy) {}

  // What would have differed. `rows` are those that the command was judged by, `decision` what
  // was decided. REQUIRES: `account_number` is its stream's.
  std::optional<Otherwise> Look(const GivenCommand& given, const kernel::Decision& decision,
                                uint64_t position, uint64_t account_number,
                                const projections::RowReader& rows) const;

 private:
  const account::Policy policy_;
};

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_WHAT_IF_H_
