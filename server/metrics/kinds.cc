#include "server/metrics/kinds.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "aggregates/kernel/reason.h"
#include "billing/v1/admin_service.pb.h"
#include "billing/v1/bulk_service.pb.h"
#include "billing/v1/history_service.pb.h"
#include "billing/v1/integrity_service.pb.h"
#include "google/protobuf/descriptor.h"

namespace billing::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FileDescriptor;

constexpr std::string_view kRequest = "Request";
constexpr std::string_view kOther = "OTHER";

std::string_view WithoutRequest(std::string_view message) {
  assert(message.ends_with(kRequest));
  message.remove_suffix(kRequest.size());
  return message;
}

struct Commands {
  std::vector<std::string> names = {"unknown"};
  // By the field's number in Command.
  std::vector<CommandKind> by_field;
};

Commands ReadCommands() {
  Commands commands;
  const Descriptor& command = *billing::v1::Command::descriptor();
  for (int i = 0; i < command.field_count(); ++i) {
    const auto& field = *command.field(i);
    const auto number = static_cast<size_t>(field.number());
    if (commands.by_field.size() <= number) commands.by_field.resize(number + 1);
    commands.by_field[number] = CommandKind{commands.names.size()};
    commands.names.emplace_back(WithoutRequest(field.message_type()->name()));
  }
  return commands;
}

const Commands& AllCommands() {
  static const Commands commands = ReadCommands();
  return commands;
}

std::vector<const FileDescriptor*> ServiceFiles() {
  const FileDescriptor& command = *billing::v1::Command::descriptor()->file();
  std::vector<const FileDescriptor*> files = {
      billing::v1::GetServerStatusRequest::descriptor()->file(),
      billing::v1::ExecuteCommandsRequest::descriptor()->file(),
      billing::v1::GetEventRequest::descriptor()->file(),
      billing::v1::GetCheckpointRequest::descriptor()->file()};
  for (int i = 0; i < command.dependency_count(); ++i) files.push_back(command.dependency(i));
  return files;
}

std::vector<CallMethod> ReadCallMethods() {
  std::vector<CallMethod> calls;
  for (const FileDescriptor* file : ServiceFiles()) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto& method = *file->service(s)->method(m);
        if (CommandNamed(method.name()) != CommandKind::kUnknown) continue;
        calls.push_back({.name = method.name(), .streamed = method.server_streaming()});
      }
    }
  }
  std::ranges::sort(calls, {}, &CallMethod::name);
  return calls;
}

std::vector<std::string_view> ReadRefusals() {
  std::vector<std::string_view> reasons;
  for (const kernel::Reason reason : kernel::AllReasons()) {
    // Counted as what it is: a malformed request.
    if (reason != kernel::Reason::kInvalidRequest) reasons.push_back(kernel::NameOf(reason));
  }
  reasons.push_back("DELEGATION_NOT_ALLOWED");
  std::ranges::sort(reasons);
  reasons.push_back(kOther);
  return reasons;
}

// In order, `OTHER` last.
constexpr std::array<std::string_view, 12> kRejections = {
    "CLOCK_SUSPECT",   "POSITION_NOT_REACHED", "QUEUE_FULL",
    "READER_TOO_SLOW", "REFUSAL_LIMIT",        "STOPPING",
    "STORAGE_FULL",    "STREAM_IDLE",          "TOO_MANY_STREAMS",
    "WATCHER_LIMIT",   "WATCHER_TOO_SLOW",     kOther};
static_assert(std::ranges::is_sorted(kRejections.begin(), kRejections.end() - 1));

// In `names`, sorted but for the last, which stands for all others.
size_t PlaceOf(std::string_view name, std::span<const std::string_view> names) {
  const auto known = names.first(names.size() - 1);
  const auto found = std::ranges::lower_bound(known, name);
  if (found == known.end() || *found != name) return known.size();
  return static_cast<size_t>(found - known.begin());
}

}  // namespace

std::span<const std::string> CommandNames() { return AllCommands().names; }

CommandKind KindOf(billing::v1::Command::CommandCase command) {
  return AllCommands().by_field[static_cast<size_t>(command)];
}

CommandKind CommandNamed(std::string_view rpc) {
  const auto names = CommandNames();
  const auto found = std::ranges::find(names, rpc);
  if (found == names.end()) return CommandKind::kUnknown;
  return CommandKind{static_cast<size_t>(found - names.begin())};
}

std::span<const CallMethod> CallMethods() {
  static const std::vector<CallMethod> methods = ReadCallMethods();
  return methods;
}

CallKind CallOf(std::string_view request) {
  const auto methods = CallMethods();
  const std::string_view name = WithoutRequest(request);
  const auto found = std::ranges::lower_bound(methods, name, {}, &CallMethod::name);
  assert(found != methods.end() && found->name == name);
  return CallKind{static_cast<size_t>(found - methods.begin())};
}

const std::string& NameOf(CallKind call) { return CallMethods()[static_cast<size_t>(call)].name; }

std::span<const std::string_view> RefusalReasons() {
  static const std::vector<std::string_view> reasons = ReadRefusals();
  return reasons;
}

size_t RefusalReasonOf(std::string_view reason) { return PlaceOf(reason, RefusalReasons()); }

std::span<const std::string_view> RejectionReasons() { return kRejections; }

size_t RejectionReasonOf(std::string_view reason) { return PlaceOf(reason, kRejections); }

}  // namespace billing::server
