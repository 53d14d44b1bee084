#include "tools/billingctl/json.h"

#include <cassert>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/wrappers.pb.h"
#include "tools/billingctl/utf8.h"

namespace billing::billingctl {

absl::StatusOr<std::string> JsonOf(const google::protobuf::Message& message, JsonLayout layout) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = layout == JsonLayout::kIndented;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) {
    return absl::InternalError(
        absl::StrCat("the answer cannot be shown as JSON: ", status.ToString()));
  }
  if (!json.ends_with('\n')) json.push_back('\n');
  return json;
}

std::string JsonQuoted(absl::string_view text) {
  google::protobuf::StringValue value;
  value.set_value(AsUtf8(text));
  const absl::StatusOr<std::string> json = JsonOf(value, JsonLayout::kOneLine);
  assert(json.ok());
  return json->substr(0, json->size() - 1);
}

JsonObject& JsonObject::Text(absl::string_view key, absl::string_view value) {
  return Raw(key, JsonQuoted(value));
}

JsonObject& JsonObject::Raw(absl::string_view key, absl::string_view json) {
  absl::StrAppend(&members_, members_.empty() ? "" : ",", JsonQuoted(key), ":", json);
  return *this;
}

std::string JsonObject::Done() const { return absl::StrCat("{", members_, "}"); }

void JsonArray::Add(absl::string_view json) {
  absl::StrAppend(&elements_, elements_.empty() ? "" : ",", json);
}

std::string JsonArray::Done() const { return absl::StrCat("[", elements_, "]"); }

}  // namespace billing::billingctl
