#include "server/calls/bulk_message.h"

#include <grpcpp/support/proto_buffer_reader.h>

#include <string_view>
#include <utility>
#include <vector>

#include "aggregates/kernel/names.h"
#include "aggregates/kernel/uuid.h"
#include "server/calls/command_parts.h"
#include "server/calls/messages.h"
#include "server/calls/wire_fields.h"

namespace billing::server {
namespace {

using billing::v1::ExecuteCommandsRequest;
using request::Violation;

constexpr std::string_view kCommandField = "command.";

// `card.holder_name` of `command.add_card.card.holder_name`.
std::string FieldOfCommand(std::string_view path) {
  if (!path.starts_with(kCommandField)) return std::string(path);
  path.remove_prefix(kCommandField.size());
  const size_t dot = path.find('.');
  return std::string(dot == std::string_view::npos ? path : path.substr(dot + 1));
}

uint64_t SequenceIn(const grpc::ByteBuffer& bytes) {
  grpc::ByteBuffer shared(bytes);
  grpc::ProtoBufferReader reader(&shared);
  if (!reader.status().ok()) return 0;
  return NumberIn(ExecuteCommandsRequest::kSequenceFieldNumber, reader).value_or(0);
}

Violation ValidateOnlyInAStream() {
  return {"validate_only", "must not be set in a stream: validate by a call"};
}

// For a request that is malformed otherwise: of a good one the parser tells.
bool IsToValidateOnly(const billing::v1::Command& command) {
  const auto& reflection = *command.GetReflection();
  const auto* request = reflection.GetOneofFieldDescriptor(
      command, billing::v1::Command::descriptor()->oneof_decl(0));
  if (request == nullptr) return false;
  const auto& message = reflection.GetMessage(command, request);
  const auto* field = message.GetDescriptor()->FindFieldByName("validate_only");
  return field != nullptr && message.GetReflection()->GetBool(message, field);
}

// The two commands whose answers hold no resource.
std::string SubjectOf(const billing::v1::Command& command) {
  if (command.has_remove_card()) return command.remove_card().name();
  if (command.has_settle_balance()) return command.settle_balance().parent();
  return {};
}

// What the command made, else what it changed. An accepted transfer makes a subscription.
std::string ResourceOf(const BulkCommand& command, const Accepted& accepted) {
  const storage::v1::Answer& answer = *accepted.answer;
  const auto full = [&](const std::string& name) {
    return kernel::FullName(accepted.account_id, name);
  };
  if (answer.has_subscription()) return full(answer.subscription().name());
  if (answer.has_card()) return full(answer.card().name());
  if (answer.has_billing_profile()) return full(answer.billing_profile().name());
  if (answer.has_charge()) return full(answer.charge().name());
  if (answer.has_transfer()) return full(answer.transfer().name());
  if (answer.has_billing_account()) return kernel::AccountName(accepted.account_id);
  return command.subject;
}

}  // namespace

BulkRead ReadBulkMessage(const grpc::ByteBuffer& bytes, kernel::Instant now) {
  ExecuteCommandsRequest message;
  std::vector<Violation> unreadable = ReadMessage(bytes, message);
  if (!unreadable.empty()) {
    for (Violation& violation : unreadable) violation.field = FieldOfCommand(violation.field);
    return {.command = {.sequence = SequenceIn(bytes)},
            .request = InvalidRequest(std::move(unreadable))};
  }
  BulkCommand command{.sequence = message.sequence()};
  command.kind = KindOf(message.command().command_case());
  if (command.kind != CommandKind::kUnknown) {
    command.rpc = request::NameOf(message.command());
  }
  auto parsed = request::Parse(message.command(), FreshId(now), now);
  if (auto* violations = std::get_if<std::vector<Violation>>(&parsed)) {
    if (IsToValidateOnly(message.command())) violations->push_back(ValidateOnlyInAStream());
    return {.command = std::move(command), .request = InvalidRequest(std::move(*violations))};
  }
  auto& request = std::get<request::Request>(parsed);
  if (request.validate_only) {
    return {.command = std::move(command), .request = InvalidRequest({ValidateOnlyInAStream()})};
  }
  if (!request.request_id.empty()) command.request_id = kernel::UuidText(request.request_id);
  command.subject = SubjectOf(message.command());
  return {.command = std::move(command), .request = std::move(request)};
}

BulkAnswer AnswerTo(const BulkCommand& command, const Outcome& outcome) {
  if (const auto* refused = std::get_if<Refused>(&outcome)) {
    return AnswerTo(command, ProblemOf(*refused));
  }
  if (const auto* not_done = std::get_if<NotDone>(&outcome)) {
    return AnswerTo(command, ProblemOf(*not_done, /*deadline_passed=*/false));
  }
  const auto& accepted = std::get<Accepted>(outcome);
  BulkAnswer answer;
  answer.response.set_sequence(command.sequence);
  answer.response.set_name(ResourceOf(command, accepted));
  *answer.response.mutable_receipt() = ReceiptOf(accepted.receipt, /*validate_only=*/false);
  return answer;
}

BulkAnswer AnswerTo(const BulkCommand& command, Problem problem) {
  BulkAnswer answer;
  answer.response.set_sequence(command.sequence);
  *answer.response.mutable_status() = ToRpcStatus(problem);
  answer.problem = std::move(problem);
  return answer;
}

}  // namespace billing::server
