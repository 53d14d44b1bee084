// One message of a stream of commands: read, checked, and answered.
#ifndef BILLING_SERVER_CALLS_BULK_MESSAGE_H_
#define BILLING_SERVER_CALLS_BULK_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "aggregates/kernel/time.h"
#include "aggregates/request/request.h"
#include "billing/v1/bulk_service.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "server/engine/engine.h"
#include "server/metrics/kinds.h"
#include "server/status.h"

namespace billing::server {

// What is kept of a command while it is judged.
struct BulkCommand {
  // The caller's number; 0 when it could not be read.
  uint64_t sequence = 0;
  // The RPC's name; empty when the message names no command.
  std::string rpc;
  CommandKind kind = CommandKind::kUnknown;
  // As text; empty: none given.
  std::string request_id;
  // Full name of what the command is about, where its answer holds no resource.
  std::string subject;
};

// A message of the stream: the command, and its request or why it is none. What is wrong is
// told as of the command's own request (`card.expiry.month`), not as of the stream's message.
struct BulkRead {
  BulkCommand command;
  Answered<request::Request> request;
};
BulkRead ReadBulkMessage(const grpc::ByteBuffer& bytes, kernel::Instant now);

// The answer to a command that was judged: `problem` is set when it did not succeed.
struct BulkAnswer {
  billing::v1::ExecuteCommandsResponse response;
  std::optional<Problem> problem;
};
BulkAnswer AnswerTo(const BulkCommand& command, const Outcome& outcome);
// The answer to one that has a problem.
BulkAnswer AnswerTo(const BulkCommand& command, Problem problem);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_BULK_MESSAGE_H_
