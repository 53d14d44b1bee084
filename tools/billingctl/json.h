// Answers for programs: protobuf JSON with the field names of the .proto files.
#ifndef BILLING_TOOLS_BILLINGCTL_JSON_H_
#define BILLING_TOOLS_BILLINGCTL_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace billing::billingctl {

enum class JsonLayout { kIndented, kOneLine };

// Fields at their default value are printed too, so that a program finds every field;
// 64-bit numbers are strings, bytes base64, as protobuf JSON has them. Ends with a
// newline. An error when the message holds what JSON cannot, e.g. a time beyond year 9999.
absl::StatusOr<std::string> JsonOf(const google::protobuf::Message& message, JsonLayout layout);

// `text` as a JSON string, quotes included; what is not UTF-8 in it becomes U+FFFD.
std::string JsonQuoted(absl::string_view text);

// A JSON object whose members stay in the order in which they were added.
class JsonObject {
 public:
  JsonObject& Text(absl::string_view key, absl::string_view value);
  // REQUIRES: `json` is a JSON value.
  JsonObject& Raw(absl::string_view key, absl::string_view json);
  std::string Done() const;

 private:
  std::string members_;
};

class JsonArray {
 public:
  // REQUIRES: `json` is a JSON value.
  void Add(absl::string_view json);
  std::string Done() const;

 private:
  std::string elements_;
};

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_JSON_H_
