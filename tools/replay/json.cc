#include "tools/replay/json.h"

#include <cassert>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/wrappers.pb.h"

namespace billing::replay {
namespace {

std::string Quoted(std::string_view text) {
  google::protobuf::StringValue value;
  value.set_value(std::string(text));
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

std::string JsonObject::Done() const { return absl::StrCat("{", members_, "}"); }

JsonObject& JsonObject::Raw(std::string_view key, std::string_view json) {
  absl::StrAppend(&members_, members_.empty() ? "" : ", ", Quoted(key), ": ", std::string(json));
  return *this;
}

}  // namespace billing::replay
