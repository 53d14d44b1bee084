// A call that failed, in words and as an exit code.
#ifndef BILLING_TOOLS_BILLINGCTL_FAILURE_H_
#define BILLING_TOOLS_BILLINGCTL_FAILURE_H_

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "grpcpp/support/status.h"
#include "tools/billingctl/json.h"

namespace billing::billingctl {

// Scripts tell failures apart by these: they never change. README.md explains each.
enum class ExitCode {
  kOk = 0,
  kInternal = 1,
  kUsage = 2,
  kInvalidRequest = 3,
  kNotFound = 4,
  kRefused = 5,
  kAborted = 6,
  kAlreadyExists = 7,
  kNotAllowed = 8,
  kUnavailable = 9,
  kOutcomeUnknown = 10,
  kNotProved = 11,
  kSomeFailed = 12,
};

// The table of exit codes, for --help.
std::string ExitCodesText();

// One bad field of a request.
struct FieldViolation {
  std::string field;
  std::string description;
};

// One thing that stands in the way of a removal or a detach.
struct RemovalBlocker {
  std::string type;
  std::string subject;
  std::string remedy;
};

struct Failure {
  // Canonical name of the gRPC status code, e.g. `FAILED_PRECONDITION`; `USAGE` when
  // the command line itself is wrong.
  std::string code;
  // E.g. `CARD_NOT_REMOVABLE`; empty when the server gave none.
  std::string reason;
  std::string message;
  std::map<std::string, std::string> metadata;
  std::vector<FieldViolation> violations;
  std::vector<RemovalBlocker> blockers;
  // How long the server asks to wait before trying again.
  std::optional<std::chrono::milliseconds> retry_after;
  // Of the write whose outcome is not certain: repeating it with this id is safe.
  std::string repeat_request_id;
  // Nobody could be connected to, so no server has heard of it.
  bool never_sent = false;
  ExitCode exit_code = ExitCode::kInternal;
};

// REQUIRES: !status.ok(). Details that cannot be parsed count as absent.
Failure FailureOf(const grpc::Status& status);
Failure UsageFailure(std::string message);
// Of the code `INTERNAL`, without a reason.
Failure InternalFailure(std::string message);

// Whether a write that ended so may have been committed.
bool OutcomeIsUncertain(const Failure& failure);

// `error: REASON: message`, then what stands in the way and what to do, one line each.
std::string TextOf(const Failure& failure);
// One JSON object on one line: code, reason (the code where the server gave none), message,
// metadata, violations, blockers, and where there is one retry_after_ms and request_id.
std::string JsonOf(const Failure& failure);
// The same object, to be added to.
JsonObject JsonObjectOf(const Failure& failure);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_FAILURE_H_
