#include "server/reads/page.h"

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "eventstore/integrity/merkle.h"
#include "fmt/format.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace billing::server {
namespace {

constexpr char kVersion = 1;
constexpr size_t kCheckBytes = 16;
constexpr size_t kHeadBytes = 1 + kCheckBytes;
constexpr const char* kPageFields[] = {"page_size", "page_token", "min_position"};

std::string CheckOf(std::string_view cursor, std::string_view digest) {
  const eventstore::Hash hash = eventstore::Sha256(fmt::format("{}{}", digest, cursor));
  return std::string(eventstore::AsBytes(hash).substr(0, kCheckBytes));
}

std::string Serialized(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

std::string DigestOf(const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> rest(request.New());
  rest->CopyFrom(request);
  for (const char* name : kPageFields) {
    const auto* field = rest->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) rest->GetReflection()->ClearField(rest.get(), field);
  }
  const eventstore::Hash hash = eventstore::Sha256(
      absl::StrCat(request.GetDescriptor()->full_name(), "\n", Serialized(*rest)));
  return std::string(eventstore::AsBytes(hash));
}

std::string TokenOf(std::string_view cursor, std::string_view digest) {
  return absl::WebSafeBase64Escape(
      fmt::format("{}{}{}", kVersion, CheckOf(cursor, digest), cursor));
}

std::optional<std::string> CursorIn(std::string_view token, std::string_view digest) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(std::string(token), &bytes)) return std::nullopt;
  if (bytes.size() < kHeadBytes || bytes[0] != kVersion) return std::nullopt;
  std::string cursor = bytes.substr(kHeadBytes);
  // Also refuses other spellings of the same bytes.
  if (TokenOf(cursor, digest) != token) return std::nullopt;
  return cursor;
}

std::string JoinCursor(const std::vector<std::string>& parts) {
  std::string cursor;
  for (const std::string& part : parts) cursor += fmt::format("{}:{}", part.size(), part);
  return cursor;
}

std::optional<std::vector<std::string>> SplitCursor(std::string_view cursor, size_t count) {
  std::vector<std::string> parts;
  while (!cursor.empty()) {
    const size_t colon = cursor.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view rest = cursor.substr(colon + 1);
    uint64_t length = 0;
    if (!absl::SimpleAtoi(std::string(cursor.substr(0, colon)), &length) || length > rest.size()) {
      return std::nullopt;
    }
    parts.emplace_back(rest.substr(0, length));
    cursor = rest.substr(length);
  }
  if (parts.size() != count) return std::nullopt;
  return parts;
}

}  // namespace billing::server
