// What a customer whose payment was declined can do, by reason: data, in guidance_table.cc.
#ifndef BILLING_SERVER_READS_GUIDANCE_TABLE_H_
#define BILLING_SERVER_READS_GUIDANCE_TABLE_H_

#include <span>
#include <string_view>

#include "billing/v1/charge.pb.h"

namespace billing::server {

struct Guidance {
  // In words, most useful first.
  std::span<const std::string_view> actions;
  // What to ask the bank; empty where its answer would change nothing.
  std::span<const std::string_view> questions_for_the_bank;
};

// Nothing for DECLINE_REASON_UNSPECIFIED. A reason that this program does not know, of a
// newer one's record, is treated as OTHER. Lives for ever.
Guidance GuidanceFor(billing::v1::DeclineReason reason);

}  // namespace billing::server

#endif  // BILLING_SERVER_READS_GUIDANCE_TABLE_H_
