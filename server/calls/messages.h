// Messages in and out of gRPC's bytes. gRPC would answer UNIMPLEMENTED, without a word, to
// bytes that are no message; here they are a malformed request like any other.
#ifndef BILLING_SERVER_CALLS_MESSAGES_H_
#define BILLING_SERVER_CALLS_MESSAGES_H_

#include <cstddef>
#include <vector>

#include "aggregates/request/request.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace billing::server {

// A larger request is malformed, and nothing of it is parsed. No request that keeps the
// bounds of its fields comes near it.
inline constexpr size_t kMessageBytesMax = 256 * 1'024;
// Of the strings that are not UTF-8, at most this many are named.
inline constexpr size_t kBadStringsMax = 100;

// Reads the message. What is wrong when it cannot be read:
//   - too large: the field that makes it so (`card.holder_name`), as far as the message's
//     first fields tell
//   - not UTF-8: each such string by its field's path (`card.billing_address.lines[1]`)
//   - no message at all: one violation without a field
// Empty: it was read.
std::vector<request::Violation> ReadMessage(const grpc::ByteBuffer& bytes,
                                            google::protobuf::Message& message);

grpc::ByteBuffer WriteMessage(const google::protobuf::Message& message);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_MESSAGES_H_
