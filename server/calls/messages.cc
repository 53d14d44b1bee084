#include "server/calls/messages.h"

#include <grpcpp/support/proto_buffer_reader.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aggregates/kernel/unicode.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format.h"

namespace billing::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormat;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// Deeper than any message of ours.
constexpr int kDepthMax = 32;

// The path of the first string in the bytes that is not UTF-8; nothing when there is
// none before the bytes stop making sense.
std::optional<std::string> FirstBadString(const Descriptor& type, const std::string& bytes,
                                          int depth) {
  if (depth > kDepthMax) return std::nullopt;
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  while (const uint32_t tag = input.ReadTag()) {
    const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    const bool is_text = field != nullptr && field->type() == FieldDescriptor::TYPE_STRING;
    const bool is_message = field != nullptr && field->type() == FieldDescriptor::TYPE_MESSAGE;
    if ((!is_text && !is_message) ||
        WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormat::SkipField(&input, tag, nullptr)) return std::nullopt;
      continue;
    }
    std::string value;
    if (!WireFormatLite::ReadBytes(&input, &value)) return std::nullopt;
    if (is_text && !kernel::CountCodePoints(value)) return field->name();
    if (!is_message) continue;
    const auto inner = FirstBadString(*field->message_type(), value, depth + 1);
    if (inner) return field->name() + "." + *inner;
  }
  return std::nullopt;
}

}  // namespace

std::vector<request::Violation> ReadMessage(const grpc::ByteBuffer& bytes,
                                            google::protobuf::Message& message) {
  grpc::ByteBuffer shared = bytes;  // the reader takes it; the slices are shared
  grpc::ProtoBufferReader reader(&shared);
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) return {};

  std::string flat;
  std::vector<grpc::Slice> slices;
  if (bytes.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      flat.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  const Descriptor& type = *message.GetDescriptor();
  if (auto field = FirstBadString(type, flat, 0)) {
    return {{.field = *std::move(field), .description = "must be valid UTF-8"}};
  }
  return {{.field = "", .description = "the bytes are not a " + type.full_name() + " message"}};
}

grpc::ByteBuffer WriteMessage(const google::protobuf::Message& message) {
  grpc::Slice slice(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace billing::server
