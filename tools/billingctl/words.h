// Values of the wire's enums in words: `pay-as-you-go` to type, `PAY_AS_YOU_GO` to read.
#ifndef BILLING_TOOLS_BILLINGCTL_WORDS_H_
#define BILLING_TOOLS_BILLINGCTL_WORDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace billing::billingctl {

std::string YesOrNo(bool value);

// `SUBSCRIPTION_STATE_PAST_DUE` → `PAST_DUE`; empty for the unspecified value; the
// number for a value that this version does not know.
std::string WordOf(const google::protobuf::EnumDescriptor& type, int number);

// The number of `past-due`, `PAST_DUE` or `SUBSCRIPTION_STATE_PAST_DUE`; nothing for
// another word and for the unspecified value.
std::optional<int> NumberOf(const google::protobuf::EnumDescriptor& type, absl::string_view word);

// The words to type, in order: `active`, `past-due`, …
std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type);

template <class Enum>
std::string WordOf(Enum value) {
  return WordOf(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_WORDS_H_
