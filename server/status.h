// The one place where refusals, failures and gRPC's statuses meet. A call that gets no
// response gets a Problem, and a Problem has one form on the wire: google.rpc.Status in
// `grpc-status-details-bin`, always with ErrorInfo{reason, domain "billing", metadata}.
#ifndef BILLING_SERVER_STATUS_H_
#define BILLING_SERVER_STATUS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "aggregates/kernel/reason.h"
#include "aggregates/request/request.h"
#include "billing/v1/common.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"
#include "server/engine/engine.h"

namespace billing::server {

// All details of one status together. Base64 makes a third more of it, and a peer
// accepts 8 KiB of trailers by default: what is over loses violations from the end.
inline constexpr size_t kDetailsBytesMax = 5'632;

struct Problem {
  grpc::StatusCode code = grpc::StatusCode::INTERNAL;
  // Upper snake case, e.g. `CARD_NOT_REMOVABLE`.
  std::string reason;
  // What is wrong and what to do; never a value that could hold a card number.
  std::string message;
  std::vector<std::pair<std::string, std::string>> metadata = {};
  // Bad fields: BadRequest.
  std::vector<request::Violation> violations = {};
  // With full names and remedies: PreconditionFailure.
  std::vector<billing::v1::Blocker> blockers = {};
  // When trying again may help: RetryInfo.
  std::optional<int64_t> retry_after_ms = {};
  // For the server's log only.
  std::string detail = {};
};

template <class T>
using Answered = std::variant<T, Problem>;

Problem InvalidRequest(std::vector<request::Violation> violations);

Problem CredentialRequired();
Problem CredentialInvalid(std::string_view why);
Problem DelegationNotAllowed();

// A refused command.
Problem ProblemOf(const Refused& refused);
// A command that was not judged, or whose outcome is not known. `deadline_passed` tells
// a deadline from a cancellation.
Problem ProblemOf(const NotDone& not_done, bool deadline_passed);

// What only reads answer.
Problem RefusedRead(kernel::Reason reason);
Problem EventNotFound();
// `type` is the fact that the event is.
Problem NotARefusal(std::string_view type);
Problem ProjectionNotFound();
Problem RebuildInProgress();
Problem PositionNotReached(uint64_t head);
Problem ReadCancelled(bool deadline_passed);
Problem QueueFull();
// The log does not go that far: OUT_OF_RANGE.
Problem PositionBeyondHead(uint64_t head);
// The account did not exist yet: OUT_OF_RANGE. `created` is the position that created it.
Problem PositionBeforeAccount(uint64_t created);
// The reader of a stream took nothing for too long; a watch can be taken up again.
Problem ReaderTooSlow();
Problem WatcherTooSlow();
// As many watch as may.
Problem WatcherLimit(size_t watchers_max);
// The server ends, and with it a stream.
Problem Stopping();
// A stream that ends because the server does: all that it took is answered.
Problem StreamStopping();
// A stream of commands whose client neither sends nor takes what waits for it.
Problem StreamIdle();
// As many streams of this kind are open as the server takes.
Problem TooManyStreams();
Problem StoreReadFailed(const absl::Status& status);

// A unary call's end, and the same as one command's answer in a stream.
grpc::Status ToGrpcStatus(const Problem& problem);
google::rpc::Status ToRpcStatus(const Problem& problem);

// `FAILED_PRECONDITION`.
std::string_view NameOf(grpc::StatusCode code);

}  // namespace billing::server

#endif  // BILLING_SERVER_STATUS_H_
