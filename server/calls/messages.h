// Messages in and out of gRPC's bytes. gRPC would answer UNIMPLEMENTED, without a word, to
// bytes that are no message; here they are a malformed request like any other.
#ifndef BILLING_SERVER_CALLS_MESSAGES_H_
#define BILLING_SERVER_CALLS_MESSAGES_H_

#include <vector>

#include "aggregates/request/request.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace billing::server {

// Reads the message. What is wrong when it cannot be read: the first string that is not
// UTF-8, by its field's path, or the message as a whole. Empty: it was read.
std::vector<request::Violation> ReadMessage(const grpc::ByteBuffer& bytes,
                                            google::protobuf::Message& message);

grpc::ByteBuffer WriteMessage(const google::protobuf::Message& message);

}  // namespace billing::server

#endif  // BILLING_SERVER_CALLS_MESSAGES_H_
