#include "tools/billingctl/words.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace billing::billingctl {
namespace {

constexpr absl::string_view kUnspecified = "_UNSPECIFIED";

// `SUBSCRIPTION_STATE_`: what every value of the type begins with.
std::string PrefixOf(const google::protobuf::EnumDescriptor& type) {
  return std::string(absl::StripSuffix(type.FindValueByNumber(0)->name(), kUnspecified)) + "_";
}

}  // namespace

std::string YesOrNo(bool value) { return value ? "yes" : "no"; }

std::string WordOf(const google::protobuf::EnumDescriptor& type, int number) {
  if (number == 0) return "";
  const google::protobuf::EnumValueDescriptor* value = type.FindValueByNumber(number);
  if (value == nullptr) return absl::StrCat(number);
  return std::string(absl::StripPrefix(value->name(), PrefixOf(type)));
}

std::optional<int> NumberOf(const google::protobuf::EnumDescriptor& type, absl::string_view word) {
  std::string name = absl::StrReplaceAll(absl::AsciiStrToUpper(word), {{"-", "_"}});
  const std::string prefix = PrefixOf(type);
  if (!absl::StartsWith(name, prefix)) name = prefix + name;
  const google::protobuf::EnumValueDescriptor* value = type.FindValueByName(name);
  if (value == nullptr || value->number() == 0) return std::nullopt;
  return value->number();
}

std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) {
    const std::string word = WordOf(type, type.value(i)->number());
    if (!word.empty()) {
      words.push_back(absl::StrReplaceAll(absl::AsciiStrToLower(word), {{"_", "-"}}));
    }
  }
  return words;
}

}  // namespace billing::billingctl
