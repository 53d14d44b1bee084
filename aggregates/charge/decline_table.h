// What a bank's codes mean. The table itself is data, in decline_table.cc.
#ifndef BILLING_AGGREGATES_CHARGE_DECLINE_TABLE_H_
#define BILLING_AGGREGATES_CHARGE_DECLINE_TABLE_H_

#include <string_view>

#include "billing/v1/charge.pb.h"

namespace billing::charge {

struct Decline {
  billing::v1::DeclineReason reason;
  billing::v1::DeclineKind kind;
  friend bool operator==(const Decline&, const Decline&) = default;
};

// `network_code`: ISO 8583 response code or the processor's word; `advice_code`: merchant
// advice code. The advice wins where both speak; codes that the table does not name, and
// none at all, are OTHER, SOFT. Letter case does not matter.
Decline DeclineOf(std::string_view network_code, std::string_view advice_code);

}  // namespace billing::charge

#endif  // BILLING_AGGREGATES_CHARGE_DECLINE_TABLE_H_
