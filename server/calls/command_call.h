// Every command, from any service: parsed, authenticated, handed to the engine, and
// finished on the loop's thread once it is decided. One log line each.
#ifndef BILLING_SERVER_CALLS_COMMAND_CALL_H_
#define BILLING_SERVER_CALLS_COMMAND_CALL_H_

#include <functional>
#include <utility>

#include "billing/storage/v1/record.pb.h"
#include "billing/v1/command.pb.h"
#include "billing/v1/common.pb.h"
#include "server/calls/call_parts.h"
#include "server/calls/messages.h"
#include "server/rpc/call.h"

namespace billing::server {

// Makes the response's bytes of what a command answered, as the caller may see it; uses the answer
// up.
using Respond = std::function<grpc::ByteBuffer(storage::v1::Answer&, billing::v1::Receipt)>;
// Where in a Command its request stands.
using RequestIn = std::function<google::protobuf::Message*(billing::v1::Command&)>;

// A command's response has the fields of the answer that it is about, and a receipt. Of
// several that it could be about, the answer has one.
template <class Response>
void Fill(storage::v1::Answer& answer, billing::v1::Receipt receipt, Response& response) {
  if constexpr (requires { response.mutable_billing_account(); }) {
    if (answer.has_billing_account())
      response.mutable_billing_account()->Swap(answer.mutable_billing_account());
  }
  if constexpr (requires { response.mutable_card(); }) {
    if (answer.has_card()) response.mutable_card()->Swap(answer.mutable_card());
  }
  if constexpr (requires { response.mutable_subscription(); }) {
    if (answer.has_subscription())
      response.mutable_subscription()->Swap(answer.mutable_subscription());
  }
  if constexpr (requires { response.mutable_billing_profile(); }) {
    if (answer.has_billing_profile())
      response.mutable_billing_profile()->Swap(answer.mutable_billing_profile());
  }
  if constexpr (requires { response.mutable_charge(); }) {
    if (answer.has_charge()) response.mutable_charge()->Swap(answer.mutable_charge());
  }
  if constexpr (requires { response.mutable_transfer(); }) {
    if (answer.has_transfer()) response.mutable_transfer()->Swap(answer.mutable_transfer());
  }
  if constexpr (requires { response.mutable_moved_subscriptions(); }) {
    response.mutable_moved_subscriptions()->Swap(answer.mutable_moved_subscriptions());
  }
  if constexpr (requires { response.mutable_charges(); }) {
    response.mutable_charges()->Swap(answer.mutable_charges());
  }
  response.mutable_receipt()->Swap(&receipt);
}

// Thread-safe; never blocks.
class CommandCalls {
 public:
  explicit CommandCalls(const CallParts& parts) : parts_(parts) {}

  template <class Response>
  void Start(Call& call, const grpc::ByteBuffer& request, const RequestIn& request_in) const {
    Start(call, request, request_in, [](storage::v1::Answer& answer, billing::v1::Receipt receipt) {
      Response message;
      Fill(answer, std::move(receipt), message);
      return WriteMessage(message);
    });
  }

 private:
  void Start(Call& call, const grpc::ByteBuffer& request, const RequestIn& request_in,
             Respond respond) const;

  const CallParts& parts_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_COMMAND_CALL_H_
