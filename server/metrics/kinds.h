// What calls are counted under: closed lists, made once from the wire's descriptors and the
// domain's reasons, so that no label's value ever comes from a caller.
#ifndef BILLING_SERVER_METRICS_KINDS_H_
#define BILLING_SERVER_METRICS_KINDS_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "billing/v1/command.pb.h"

namespace billing::server {

// A command, as its place in CommandNames().
enum class CommandKind : size_t {
  kUnknown = 0,  // a stream's message that names none
};
std::span<const std::string> CommandNames();
CommandKind KindOf(billing::v1::Command::CommandCase command);
// `AddCard`; kUnknown when there is none of this name.
CommandKind CommandNamed(std::string_view rpc);

// An RPC that is no command itself, as its place in CallMethods(): it reads, does the
// operator's work, or is a stream of commands.
enum class CallKind : size_t {};
struct CallMethod {
  std::string name;
  bool streamed = false;  // the answer is a stream
};
std::span<const CallMethod> CallMethods();
// By its request's message: `GetCardRequest`. REQUIRES: there is one.
CallKind CallOf(std::string_view request);
// `GetCard`.
const std::string& NameOf(CallKind call);

// Why commands are refused, as the place in RefusalReasons(): the domain's reasons and that of
// a credential which may not act for others. The last one is `OTHER`: a reason in the log that
// only a newer program knows.
std::span<const std::string_view> RefusalReasons();
size_t RefusalReasonOf(std::string_view reason);

// Why calls are rejected, as the place in RejectionReasons(). The last one is `OTHER`.
std::span<const std::string_view> RejectionReasons();
size_t RejectionReasonOf(std::string_view reason);

}  // namespace billing::server

#endif  // BILLING_SERVER_METRICS_KINDS_H_
