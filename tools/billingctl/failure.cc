#include "tools/billingctl/failure.h"

#include <cassert>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/util/time_util.h"
#include "google/rpc/code.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tools/billingctl/json.h"
#include "tools/billingctl/table.h"

namespace billing::billingctl {
namespace {

ExitCode ExitCodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return ExitCode::kOk;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return ExitCode::kInvalidRequest;
    case grpc::StatusCode::NOT_FOUND:
      return ExitCode::kNotFound;
    case grpc::StatusCode::FAILED_PRECONDITION:
      return ExitCode::kRefused;
    case grpc::StatusCode::ABORTED:
      return ExitCode::kAborted;
    case grpc::StatusCode::ALREADY_EXISTS:
      return ExitCode::kAlreadyExists;
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
      return ExitCode::kNotAllowed;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
      return ExitCode::kUnavailable;
    case grpc::StatusCode::UNKNOWN:
      return ExitCode::kOutcomeUnknown;
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::DATA_LOSS:
    case grpc::StatusCode::UNIMPLEMENTED:
    case grpc::StatusCode::DO_NOT_USE:
      return ExitCode::kInternal;
  }
  return ExitCode::kInternal;
}

void Take(const google::rpc::ErrorInfo& info, Failure& failure) {
  failure.reason = info.reason();
  for (const auto& [key, value] : info.metadata()) failure.metadata[key] = value;
}

void Take(const google::rpc::BadRequest& bad_request, Failure& failure) {
  for (const auto& violation : bad_request.field_violations()) {
    failure.violations.push_back({violation.field(), violation.description()});
  }
}

void Take(const google::rpc::PreconditionFailure& precondition, Failure& failure) {
  for (const auto& violation : precondition.violations()) {
    failure.blockers.push_back({violation.type(), violation.subject(), violation.description()});
  }
}

void Take(const google::rpc::RetryInfo& retry, Failure& failure) {
  failure.retry_after = std::chrono::milliseconds(
      google::protobuf::util::TimeUtil::DurationToMilliseconds(retry.retry_delay()));
}

template <class Detail>
void TakeIf(const google::protobuf::Any& any, Failure& failure) {
  Detail detail;
  if (any.Is<Detail>() && any.UnpackTo(&detail)) Take(detail, failure);
}

// gRPC has no code of its own for it. What a server says comes with details.
bool WasNeverSent(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty() &&
         (absl::StartsWith(status.error_message(), "failed to connect to all addresses") ||
          absl::StartsWith(status.error_message(), "DNS resolution failed for "));
}

// Metadata that TextOf says in other words.
bool HasLineOfItsOwn(absl::string_view key) {
  return key == "position" || key == "event_position" || key == "replayed" ||
         key == "blocker_count";
}

const std::string& ReasonOrCode(const Failure& failure) {
  return failure.reason.empty() ? failure.code : failure.reason;
}

// Without the violations that billingd says in it too: they have lines of their own.
std::string MessageAlone(const Failure& failure) {
  if (failure.violations.empty() || failure.violations[0].description.empty()) {
    return failure.message;
  }
  const auto& [field, description] = failure.violations[0];
  const std::string first = absl::StrCat(" ", field, field.empty() ? "" : ": ", description);
  return failure.message.substr(0, failure.message.find(first));
}

std::string BlockerLines(const Failure& failure) {
  std::string lines;
  for (const RemovalBlocker& blocker : failure.blockers) {
    absl::StrAppend(&lines, "  blocked by ", blocker.type, " ", blocker.subject, ": ",
                    blocker.remedy, "\n");
  }
  auto count = failure.metadata.find("blocker_count");
  int64_t all = 0;
  if (count != failure.metadata.end() && absl::SimpleAtoi(count->second, &all) &&
      all > static_cast<int64_t>(failure.blockers.size())) {
    absl::StrAppend(&lines, "  and ", all - static_cast<int64_t>(failure.blockers.size()), " more",
                    failure.reason == "CARD_NOT_REMOVABLE"
                        ? ": billingctl card check-removal lists all\n"
                        : "\n");
  }
  return lines;
}

std::string RecordLines(const Failure& failure) {
  std::string lines;
  if (auto event = failure.metadata.find("event_position"); event != failure.metadata.end()) {
    absl::StrAppend(&lines, "  recorded in the history at position ", event->second, "\n");
  }
  if (auto replayed = failure.metadata.find("replayed");
      replayed != failure.metadata.end() && replayed->second == "true") {
    lines += "  this is the first answer to this request id, given again\n";
  }
  return lines;
}

std::string RetryLines(const Failure& failure) {
  std::string lines;
  if (failure.retry_after) {
    absl::StrAppend(&lines, "  try again after ", failure.retry_after->count(), " ms\n");
  }
  if (!failure.repeat_request_id.empty()) {
    absl::StrAppend(&lines, "  it may have been done; repeat it safely with --request-id ",
                    failure.repeat_request_id, "\n");
  }
  return lines;
}

}  // namespace

std::string ExitCodesText() {
  return "Exit codes: 0 done, 1 internal error, 2 wrong usage, 3 invalid request, 4 not found,\n"
         "5 refused by a rule, 6 etag or guard does not hold, 7 already exists, 8 not allowed,\n"
         "9 unavailable, exhausted or too late (try again), 10 outcome unknown (repeat with the\n"
         "same --request-id), 11 a signature or proof does not hold, 12 some lines of an import\n"
         "failed.";
}

Failure FailureOf(const grpc::Status& status) {
  assert(!status.ok());
  Failure failure;
  failure.code = google::rpc::Code_Name(static_cast<google::rpc::Code>(status.error_code()));
  failure.message = status.error_message();
  failure.exit_code = ExitCodeOf(status.error_code());
  failure.never_sent = WasNeverSent(status);
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return failure;
  for (const google::protobuf::Any& any : details.details()) {
    TakeIf<google::rpc::ErrorInfo>(any, failure);
    TakeIf<google::rpc::BadRequest>(any, failure);
    TakeIf<google::rpc::PreconditionFailure>(any, failure);
    TakeIf<google::rpc::RetryInfo>(any, failure);
  }
  return failure;
}

Failure UsageFailure(std::string message) {
  return {.code = "USAGE", .message = std::move(message), .exit_code = ExitCode::kUsage};
}

Failure InternalFailure(std::string message) {
  return {.code = "INTERNAL", .message = std::move(message), .exit_code = ExitCode::kInternal};
}

bool OutcomeIsUncertain(const Failure& failure) {
  if (failure.never_sent) return false;
  return failure.code == "UNKNOWN" || failure.code == "UNAVAILABLE" ||
         failure.code == "DEADLINE_EXCEEDED" || failure.code == "CANCELLED";
}

std::string TextOf(const Failure& failure) {
  std::string text =
      absl::StrCat("error: ", ReasonOrCode(failure), ": ", MessageAlone(failure), "\n");
  for (const FieldViolation& violation : failure.violations) {
    absl::StrAppend(&text, "  ", violation.field, ": ", violation.description, "\n");
  }
  for (const auto& [key, value] : failure.metadata) {
    if (!HasLineOfItsOwn(key)) absl::StrAppend(&text, "  ", key, ": ", value, "\n");
  }
  if (failure.reason == "CREDENTIAL_REQUIRED") {
    text += "  say who calls: --principal users/NAME, or BILLINGCTL_PRINCIPAL\n";
  }
  absl::StrAppend(&text, BlockerLines(failure), RecordLines(failure), RetryLines(failure));
  return PrintableLines(text);
}

JsonObject JsonObjectOf(const Failure& failure) {
  JsonObject metadata;
  for (const auto& [key, value] : failure.metadata) metadata.Text(key, value);
  JsonArray violations;
  for (const FieldViolation& violation : failure.violations) {
    violations.Add(JsonObject()
                       .Text("field", violation.field)
                       .Text("description", violation.description)
                       .Done());
  }
  JsonArray blockers;
  for (const RemovalBlocker& blocker : failure.blockers) {
    blockers.Add(JsonObject()
                     .Text("type", blocker.type)
                     .Text("subject", blocker.subject)
                     .Text("remedy", blocker.remedy)
                     .Done());
  }
  JsonObject object;
  object.Text("code", failure.code)
      .Text("reason", ReasonOrCode(failure))
      .Text("message", failure.message)
      .Raw("metadata", metadata.Done())
      .Raw("violations", violations.Done())
      .Raw("blockers", blockers.Done());
  if (failure.retry_after) {
    object.Raw("retry_after_ms", absl::StrCat(failure.retry_after->count()));
  }
  if (!failure.repeat_request_id.empty()) object.Text("request_id", failure.repeat_request_id);
  return object;
}

std::string JsonOf(const Failure& failure) {
  return absl::StrCat(JsonObjectOf(failure).Done(), "\n");
}

}  // namespace billing::billingctl
