#include "tools/replay/json.h"

#include <cassert>

#include "absl/strings/str_cat.h"
#include "aggregates/kernel/unicode.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/wrappers.pb.h"

namespace billing::replay {
namespace {

// JSON is UTF-8; a path, or what a file holds, may be anything.
std::string AsUtf8(std::string_view text) {
  std::string utf8;
  while (!text.empty()) {
    const kernel::CodePoint point = kernel::FirstCodePoint(text);
    if (point.valid) {
      utf8 += text.substr(0, point.bytes);
    } else {
      utf8 += '?';
    }
    text.remove_prefix(point.bytes);
  }
  return utf8;
}

std::string Quoted(std::string_view text) {
  google::protobuf::StringValue value;
  value.set_value(AsUtf8(text));
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(value, &json);
  assert(status.ok());
  return json;
}

}  // namespace

JsonObject& JsonObject::Text(std::string_view key, std::string_view value) {
  return Raw(key, Quoted(value));
}

JsonObject& JsonObject::Number(std::string_view key, uint64_t value) {
  return Raw(key, absl::StrCat(value));
}

JsonObject& JsonObject::Flag(std::string_view key, bool value) {
  return Raw(key, value ? "true" : "false");
}

JsonObject& JsonObject::Object(std::string_view key, const JsonObject& value) {
  return Raw(key, value.Done());
}

JsonObject& JsonObject::List(std::string_view key, std::span<const JsonObject> values) {
  std::string list;
  for (const JsonObject& value : values) {
    absl::StrAppend(&list, list.empty() ? "" : ", ", value.Done());
  }
  return Raw(key, absl::StrCat("[", list, "]"));
}

std::string JsonObject::Done() const { return absl::StrCat("{", members_, "}"); }

JsonObject& JsonObject::Raw(std::string_view key, std::string_view json) {
  absl::StrAppend(&members_, members_.empty() ? "" : ", ", Quoted(key), ": ", std::string(json));
  return *this;
}

}  // namespace billing::replay
