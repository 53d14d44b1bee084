// Options whose values are words, months, amounts, instants or text for a request's field.
#ifndef BILLING_TOOLS_BILLINGCTL_OPTIONS_H_
#define BILLING_TOOLS_BILLINGCTL_OPTIONS_H_

#include <functional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/time/time.h"
#include "billing/v1/common.pb.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/type/money.pb.h"
#include "tools/billingctl/words.h"

namespace billing::billingctl {

struct OptionText {
  std::string flag;
  std::string help;
};

// A whole number from 1 on.
CLI::Validator FromOneOn();

// The flag with any text.
CLI::Option* AddText(CLI::App* verb, const OptionText& text,
                     std::function<void(const std::string&)> set);

// The flag with one of the words of an enum; --help and completion show them.
CLI::Option* AddEnumNumber(CLI::App* verb, const OptionText& text,
                           const google::protobuf::EnumDescriptor& type,
                           std::function<void(int)> set);

template <class Enum>
CLI::Option* AddEnum(CLI::App* verb, const OptionText& text, std::function<void(Enum)> set) {
  return AddEnumNumber(verb, text, *google::protobuf::GetEnumDescriptor<Enum>(),
                       [set](int number) { set(static_cast<Enum>(number)); });
}

// The flag with a month, `2030-04`.
CLI::Option* AddMonth(CLI::App* verb, const OptionText& text,
                      std::function<void(const billing::v1::YearMonth&)> set);

// The flag with an amount, `12.34 EUR`.
CLI::Option* AddMoney(CLI::App* verb, const OptionText& text,
                      std::function<void(const google::type::Money&)> set);

// The instant that a flag's text means in `zone`, which is known once every flag is read.
// Throws CLI::ValidationError.
struct FlagValue {
  std::string flag;
  std::string text;
};
google::protobuf::Timestamp TimeOf(const FlagValue& value, const absl::TimeZone& zone);

// The flag with some of the words, separated by commas or given again.
CLI::Option* AddWordList(CLI::App* verb, const OptionText& text,
                         const std::vector<std::string>& words,
                         std::function<void(const std::vector<std::string>&)> set);

// The words that the option takes, as one of the two above was given them; none when it
// takes other values.
std::vector<std::string> WordsOf(const CLI::Option& option);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_OPTIONS_H_
