#include "server/status.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/names.h"
#include "fmt/format.h"
#include "google/protobuf/duration.pb.h"
#include "google/rpc/error_details.pb.h"
#include "projections/history/history.h"
#include "server/reason_text.h"

namespace billing::server {
namespace {

using grpc::StatusCode;

constexpr char kDomain[] = "billing";
// Violations that the message itself tells, and that the details hold at most.
constexpr size_t kViolationsInMessage = 3;
constexpr size_t kViolationsMax = 1'000;
constexpr int64_t kSoonMs = 100;
constexpr int64_t kLaterMs = 1'000;
constexpr int64_t kOperatorNeededMs = 30'000;
// By then the refusals of any minute are no longer counted.
constexpr int64_t kMinuteMs = 60'000;

// Source: design page "The domain", reason → gRPC status.
StatusCode CodeOf(std::string_view reason) {
  if (reason.ends_with("_NOT_FOUND")) return StatusCode::NOT_FOUND;
  if (reason.ends_with("_ALREADY_EXISTS") || reason == "ROLE_ALREADY_GRANTED") {
    return StatusCode::ALREADY_EXISTS;
  }
  if (reason == "ETAG_MISMATCH" || reason == "ACTIVE_CARD_CHANGED") return StatusCode::ABORTED;
  if (reason == "INVALID_REQUEST") return StatusCode::INVALID_ARGUMENT;
  if (reason == "ROLE_REQUIRED") return StatusCode::PERMISSION_DENIED;
  return StatusCode::FAILED_PRECONDITION;
}

google::rpc::ErrorInfo ErrorInfoOf(const Problem& problem) {
  google::rpc::ErrorInfo info;
  info.set_reason(problem.reason);
  info.set_domain(kDomain);
  for (const auto& [key, value] : problem.metadata) (*info.mutable_metadata())[key] = value;
  return info;
}

google::rpc::BadRequest BadRequestOf(const Problem& problem, size_t count) {
  google::rpc::BadRequest bad_request;
  for (size_t i = 0; i < count; ++i) {
    auto& violation = *bad_request.add_field_violations();
    violation.set_field(problem.violations[i].field);
    violation.set_description(problem.violations[i].description);
  }
  return bad_request;
}

google::rpc::PreconditionFailure PreconditionFailureOf(const Problem& problem, size_t count) {
  google::rpc::PreconditionFailure failure;
  for (size_t i = 0; i < count; ++i) {
    auto& violation = *failure.add_violations();
    violation.set_type(problem.blockers[i].type());
    violation.set_subject(problem.blockers[i].subject());
    violation.set_description(problem.blockers[i].remedy());
  }
  return failure;
}

// The details with at most `count` violations and blockers.
google::rpc::Status DetailsOf(const Problem& problem, size_t count) {
  google::rpc::Status details;
  details.set_code(problem.code);
  details.set_message(problem.message);
  details.add_details()->PackFrom(ErrorInfoOf(problem));
  if (!problem.violations.empty()) {
    details.add_details()->PackFrom(
        BadRequestOf(problem, std::min(count, problem.violations.size())));
  }
  if (!problem.blockers.empty()) {
    details.add_details()->PackFrom(
        PreconditionFailureOf(problem, std::min(count, problem.blockers.size())));
  }
  if (problem.retry_after_ms) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(*problem.retry_after_ms / 1'000);
    retry.mutable_retry_delay()->set_nanos(
        static_cast<int32_t>(*problem.retry_after_ms % 1'000 * 1'000'000));
    details.add_details()->PackFrom(retry);
  }
  return details;
}

// How many violations or blockers fit, found by halves: a request can have very many bad
// fields. REQUIRES: `over` are too many.
size_t MostThatFit(const Problem& problem, size_t over) {
  size_t fits = 0;
  while (over - fits > 1) {
    const size_t middle = fits + (over - fits) / 2;
    (DetailsOf(problem, middle).ByteSizeLong() <= kDetailsBytesMax ? fits : over) = middle;
  }
  return fits;
}

std::string MessageOf(const std::vector<request::Violation>& violations) {
  std::string message = "The request is malformed.";
  const size_t told = std::min(violations.size(), kViolationsInMessage);
  for (size_t i = 0; i < told; ++i) {
    // Without a field it is about the message as a whole.
    const std::string& field = violations[i].field;
    absl::StrAppend(&message, i == 0 ? " " : "; ", field, field.empty() ? "" : ": ",
                    violations[i].description);
  }
  if (violations.size() > told) {
    absl::StrAppend(&message, "; and ", violations.size() - told, " more");
  }
  return message;
}

}  // namespace

Problem InvalidRequest(std::vector<request::Violation> violations) {
  std::string message = MessageOf(violations);
  return {.code = StatusCode::INVALID_ARGUMENT,
          .reason = "INVALID_REQUEST",
          .message = std::move(message),
          .violations = std::move(violations)};
}

Problem CredentialRequired() {
  return {.code = StatusCode::UNAUTHENTICATED,
          .reason = "CREDENTIAL_REQUIRED",
          .message = "The call has no credential. Send one."};
}

Problem CredentialInvalid(std::string_view why) {
  return {.code = StatusCode::UNAUTHENTICATED,
          .reason = "CREDENTIAL_INVALID",
          .message = fmt::format("The credential is not accepted: {}.", why)};
}

Problem DelegationNotAllowed() {
  return {.code = StatusCode::PERMISSION_DENIED,
          .reason = "DELEGATION_NOT_ALLOWED",
          .message =
              "Only a service with the role delegate may name a user in "
              "x-on-behalf-of."};
}

Problem ProblemOf(const Refused& refused) {
  const billing::v1::CommandRefused& refusal = refused.refusal;
  const auto reason = kernel::ReasonNamed(refusal.reason());
  if (reason == kernel::Reason::kInvalidRequest) {
    Problem problem = InvalidRequest({{refused.bad_field, refused.bad_field_description}});
    problem.metadata.emplace_back("position", absl::StrCat(refused.position));
    return problem;
  }
  // A reason that this program does not know can only come from a newer one's record.
  Problem problem{.code = CodeOf(refusal.reason()),
                  .reason = refusal.reason(),
                  .message = std::string(reason ? TextOf(*reason) : "The command was refused.")};
  problem.metadata.emplace_back("position", absl::StrCat(refused.position));
  if (refused.event_position != 0) {
    problem.metadata.emplace_back("event_position", absl::StrCat(refused.event_position));
  }
  if (refused.replayed) problem.metadata.emplace_back("replayed", "true");
  for (const auto& detail : refusal.details()) {
    problem.metadata.emplace_back(detail.key(),
                                  detail.resource().empty()
                                      ? detail.value()
                                      : kernel::FullName(refused.account_id, detail.resource()));
  }
  if (refusal.blocker_count() > 0) {
    problem.metadata.emplace_back("blocker_count", absl::StrCat(refusal.blocker_count()));
  }
  for (const auto& blocker : refusal.blockers()) {
    projections::ExpandNames(problem.blockers.emplace_back(blocker), refused.account_id);
  }
  return problem;
}

Problem ProblemOf(const NotDone& not_done, bool deadline_passed) {
  Problem problem;
  switch (not_done.kind) {
    case NotDone::Kind::kOverloaded:
      problem = QueueFull();
      break;
    case NotDone::Kind::kRefusalLimit:
      problem = {.code = StatusCode::RESOURCE_EXHAUSTED,
                 .reason = "REFUSAL_LIMIT",
                 .message =
                     "Too many refused or empty commands within a minute. Nothing was "
                     "recorded; try again in a minute.",
                 .retry_after_ms = kMinuteMs};
      break;
    case NotDone::Kind::kStorageFull:
      problem = {.code = StatusCode::RESOURCE_EXHAUSTED,
                 .reason = "STORAGE_FULL",
                 .message =
                     "The server is short of disk space and accepts no commands; reads "
                     "go on.",
                 .retry_after_ms = kOperatorNeededMs};
      break;
    case NotDone::Kind::kStopping:
      problem = Stopping();
      break;
    case NotDone::Kind::kClockSuspect:
      problem = {.code = StatusCode::UNAVAILABLE,
                 .reason = "CLOCK_SUSPECT",
                 .message = "The server's clock cannot be trusted; commands wait for an operator.",
                 .retry_after_ms = kOperatorNeededMs};
      break;
    case NotDone::Kind::kCancelled:
      problem = ReadCancelled(deadline_passed);
      problem.message =
          "The caller gave up before the command was judged. This attempt changed nothing.";
      break;
    case NotDone::Kind::kRequestIdReused:
      problem = {.code = StatusCode::INVALID_ARGUMENT,
                 .reason = "REQUEST_ID_REUSED",
                 .message = "The request_id was used for another request. Use a new one."};
      break;
    case NotDone::Kind::kUnknown:
      problem = {.code = StatusCode::UNKNOWN,
                 .reason = "OUTCOME_UNKNOWN",
                 .message =
                     "Storage failed: the command may or may not have happened. Repeat it with "
                     "its request_id to learn which."};
      break;
    case NotDone::Kind::kReadFailed:
      problem = StoreReadFailed(absl::OkStatus());
      break;
  }
  problem.detail = not_done.detail;
  return problem;
}

Problem RefusedRead(kernel::Reason reason) {
  const std::string_view name = kernel::NameOf(reason);
  return {
      .code = CodeOf(name), .reason = std::string(name), .message = std::string(TextOf(reason))};
}

Problem EventNotFound() {
  return {.code = StatusCode::NOT_FOUND,
          .reason = "EVENT_NOT_FOUND",
          .message = "The log does not reach this position yet."};
}

Problem NotARefusal(std::string_view type) {
  return {.code = StatusCode::FAILED_PRECONDITION,
          .reason = "NOT_A_REFUSAL",
          .message = "That event is another fact than a refusal.",
          .metadata = {{"type", std::string(type)}}};
}

Problem ProjectionNotFound() {
  return {.code = StatusCode::NOT_FOUND,
          .reason = "PROJECTION_NOT_FOUND",
          .message = "There is no such read model. ListProjections names them."};
}

Problem RebuildInProgress() {
  return {.code = StatusCode::FAILED_PRECONDITION,
          .reason = "REBUILD_IN_PROGRESS",
          .message =
              "The read models are being built anew already. ListProjections shows how "
              "far that is."};
}

Problem PositionNotReached(uint64_t head) {
  return {.code = StatusCode::UNAVAILABLE,
          .reason = "POSITION_NOT_REACHED",
          .message = "The log did not reach min_position in time. Try again.",
          .metadata = {{"head", absl::StrCat(head)}},
          .retry_after_ms = kSoonMs};
}

Problem ReadCancelled(bool deadline_passed) {
  return {.code = deadline_passed ? StatusCode::DEADLINE_EXCEEDED : StatusCode::CANCELLED,
          .reason = deadline_passed ? "DEADLINE_EXCEEDED" : "CANCELLED",
          .message = "The caller gave up before there was an answer."};
}

Problem QueueFull() {
  return {
      .code = StatusCode::RESOURCE_EXHAUSTED,
      .reason = "QUEUE_FULL",
      .message =
          "The server has as much waiting as it takes. This attempt changed nothing; try again.",
      .retry_after_ms = kSoonMs};
}

Problem PositionBeyondHead(uint64_t head) {
  return {.code = StatusCode::OUT_OF_RANGE,
          .reason = "POSITION_BEYOND_HEAD",
          .message = "The log does not go that far.",
          .metadata = {{"head", absl::StrCat(head)}}};
}

Problem PositionBeforeAccount(uint64_t created) {
  return {.code = StatusCode::OUT_OF_RANGE,
          .reason = "POSITION_BEFORE_ACCOUNT",
          .message = "The account did not exist yet.",
          .metadata = {{"created_position", absl::StrCat(created)}}};
}

Problem ReaderTooSlow() {
  return {.code = StatusCode::ABORTED,
          .reason = "READER_TOO_SLOW",
          .message = "Nothing of what waits for this reader was taken for too long. Ask again."};
}

Problem WatcherTooSlow() {
  return {.code = StatusCode::ABORTED,
          .reason = "WATCHER_TOO_SLOW",
          .message =
              "Nothing of what waits for this watch was taken for too long. Watch again "
              "from the last position received."};
}

Problem WatcherLimit(size_t watchers_max) {
  return {.code = StatusCode::RESOURCE_EXHAUSTED,
          .reason = "WATCHER_LIMIT",
          .message = "As many watch as this server serves at once. Try again.",
          .metadata = {{"limit", absl::StrCat(watchers_max)}},
          .retry_after_ms = kLaterMs};
}

Problem Stopping() {
  return {.code = StatusCode::UNAVAILABLE,
          .reason = "STOPPING",
          .message = "The server is stopping. This attempt changed nothing; try again.",
          .retry_after_ms = kLaterMs};
}

Problem StreamStopping() {
  Problem problem = Stopping();
  problem.message =
      "The server is stopping. Every command that it took is answered; send the others again.";
  return problem;
}

Problem StreamIdle() {
  return {.code = StatusCode::UNAVAILABLE,
          .reason = "STREAM_IDLE",
          .message =
              "Nothing was sent and no answer taken for too long. Open another stream when there "
              "are commands; send what was not answered again, with the same request ids.",
          .retry_after_ms = 0};
}

Problem TooManyStreams() {
  return {.code = StatusCode::RESOURCE_EXHAUSTED,
          .reason = "TOO_MANY_STREAMS",
          .message = "The server has as many streams open as it takes; try again later.",
          .retry_after_ms = kLaterMs};
}

Problem StoreReadFailed(const absl::Status& status) {
  return {.code = StatusCode::INTERNAL,
          .reason = "STORE_READ_FAILED",
          .message =
              "Stored data could not be read. This attempt changed nothing; an operator must look.",
          .detail = status.ToString()};
}

google::rpc::Status ToRpcStatus(const Problem& problem) {
  const size_t all =
      std::min(std::max(problem.violations.size(), problem.blockers.size()), kViolationsMax);
  google::rpc::Status details = DetailsOf(problem, all);
  if (details.ByteSizeLong() > kDetailsBytesMax) {
    details = DetailsOf(problem, MostThatFit(problem, all));
  }
  return details;
}

grpc::Status ToGrpcStatus(const Problem& problem) {
  return {problem.code, problem.message, ToRpcStatus(problem).SerializeAsString()};
}

std::string_view NameOf(grpc::StatusCode code) {
  static constexpr std::array<std::string_view, 17> kNames = {"OK",
                                                              "CANCELLED",
                                                              "UNKNOWN",
                                                              "INVALID_ARGUMENT",
                                                              "DEADLINE_EXCEEDED",
                                                              "NOT_FOUND",
                                                              "ALREADY_EXISTS",
                                                              "PERMISSION_DENIED",
                                                              "RESOURCE_EXHAUSTED",
                                                              "FAILED_PRECONDITION",
                                                              "ABORTED",
                                                              "OUT_OF_RANGE",
                                                              "UNIMPLEMENTED",
                                                              "INTERNAL",
                                                              "UNAVAILABLE",
                                                              "DATA_LOSS",
                                                              "UNAUTHENTICATED"};
  return kNames.at(static_cast<size_t>(code));
}

}  // namespace billing::server
