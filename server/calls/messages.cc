#include "server/calls/messages.h"

#include <grpcpp/support/proto_buffer_reader.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "server/calls/wire_fields.h"

namespace billing::server {
namespace {

using request::Violation;

// The reader takes the buffer that it is given; the bytes themselves are shared.
class Reader {
 public:
  explicit Reader(const grpc::ByteBuffer& bytes) : shared_(bytes), stream_(&shared_) {}
  bool ok() const { return stream_.status().ok(); }
  grpc::ProtoBufferReader& stream() { return stream_; }

 private:
  grpc::ByteBuffer shared_;
  grpc::ProtoBufferReader stream_;
};

Violation TooLarge(const grpc::ByteBuffer& bytes, const google::protobuf::Descriptor& type) {
  Reader reader(bytes);
  return {.field = reader.ok() ? LargestField(type, reader.stream()) : "",
          .description = absl::StrCat("makes the message too large: it has ", bytes.Length(),
                                      " bytes and may have ", kMessageBytesMax)};
}

std::vector<Violation> WhyUnreadable(const grpc::ByteBuffer& bytes,
                                     const google::protobuf::Descriptor& type) {
  Reader reader(bytes);
  std::vector<Violation> violations;
  if (reader.ok()) {
    for (std::string& field : BadStrings(type, reader.stream(), kBadStringsMax)) {
      violations.push_back({.field = std::move(field), .description = "must be valid UTF-8"});
    }
  }
  if (violations.empty()) {
    violations.push_back(
        {.field = "", .description = "the bytes are not a " + type.full_name() + " message"});
  }
  return violations;
}

}  // namespace

std::vector<Violation> ReadMessage(const grpc::ByteBuffer& bytes,
                                   google::protobuf::Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  if (bytes.Length() > kMessageBytesMax) return {TooLarge(bytes, type)};
  Reader reader(bytes);
  if (reader.ok() && message.ParseFromZeroCopyStream(&reader.stream())) return {};
  return WhyUnreadable(bytes, type);
}

grpc::ByteBuffer WriteMessage(const google::protobuf::Message& message) {
  grpc::Slice slice(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace billing::server
