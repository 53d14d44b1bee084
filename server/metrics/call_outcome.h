// How a call ended, as far as it is counted: a closed list, so that it can be a label.
#ifndef BILLING_SERVER_METRICS_CALL_OUTCOME_H_
#define BILLING_SERVER_METRICS_CALL_OUTCOME_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace billing::server {

enum class CallOutcome {
  kOk,               // succeeded; a command is recorded
  kReplayed,         // a repeated request id: its first answer again, refusals included
  kValidated,        // validate_only, and it would have succeeded
  kRefused,          // by a rule, roles included
  kInvalid,          // malformed, or a position that the log does not have
  kUnauthenticated,  // no credential, or one that is not accepted
  kRejected,         // by a limit or because the server could not take it; nothing happened
  kCancelled,        // the caller gave up, or its deadline passed
  kFailed,           // by our fault, or the outcome is not known
};
inline constexpr size_t kCallOutcomes = 9;

// The label's value: `ok`. In the order of the outcomes.
inline constexpr std::array<std::string_view, kCallOutcomes> kCallOutcomeNames = {
    "ok",       "replayed",  "validated", "refused", "invalid", "unauthenticated",
    "rejected", "cancelled", "failed"};

}  // namespace billing::server

#endif  // BILLING_SERVER_METRICS_CALL_OUTCOME_H_
