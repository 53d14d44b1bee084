#include "tools/billingctl/options.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tools/billingctl/money.h"
#include "tools/billingctl/times.h"

namespace billing::billingctl {
namespace {

constexpr char kBetweenWords = '|';

[[noreturn]] void ThrowUnknownWord(const std::string& flag, const std::string& word,
                                   const std::vector<std::string>& words) {
  throw CLI::ValidationError(
      flag, absl::StrCat("'", word, "' is not one of ", absl::StrJoin(words, ", ")));
}

}  // namespace

CLI::Validator FromOneOn() {
  return {[](const std::string& text) -> std::string {
            uint64_t number = 0;
            if (absl::SimpleAtoi(text, &number) && number > 0) return "";
            return absl::StrCat("'", text, "' is not a whole number from 1 on");
          },
          "POSITIVE"};
}

CLI::Option* AddText(CLI::App* verb, const OptionText& text,
                     std::function<void(const std::string&)> set) {
  return verb->add_option_function<std::string>(text.flag, std::move(set), text.help);
}

CLI::Option* AddEnumNumber(CLI::App* verb, const OptionText& text,
                           const google::protobuf::EnumDescriptor& type,
                           std::function<void(int)> set) {
  const std::vector<std::string> words = WordsOf(type);
  return AddText(verb, text,
                 [set = std::move(set), flag = text.flag, words, &type](const std::string& word) {
                   const std::optional<int> number = NumberOf(type, word);
                   if (!number) ThrowUnknownWord(flag, word, words);
                   set(*number);
                 })
      ->type_name(absl::StrJoin(words, std::string(1, kBetweenWords)));
}

CLI::Option* AddMonth(CLI::App* verb, const OptionText& text,
                      std::function<void(const billing::v1::YearMonth&)> set) {
  return AddText(verb, text,
                 [set = std::move(set), flag = text.flag](const std::string& word) {
                   const auto month = ParseMonth(word);
                   if (!month) throw CLI::ValidationError(flag, "a month, e.g. 2030-04");
                   set(*month);
                 })
      ->type_name("YYYY-MM");
}

CLI::Option* AddMoney(CLI::App* verb, const OptionText& text,
                      std::function<void(const google::type::Money&)> set) {
  return AddText(verb, text,
                 [set = std::move(set), flag = text.flag](const std::string& word) {
                   const auto money = ParseMoney(word);
                   if (!money) throw CLI::ValidationError(flag, "an amount, e.g. '12.34 EUR'");
                   set(*money);
                 })
      ->type_name("AMOUNT");
}

google::protobuf::Timestamp TimeOf(const FlagValue& value, const absl::TimeZone& zone) {
  const auto time = ParseTime(value.text, zone);
  if (!time) {
    throw CLI::ValidationError(value.flag,
                               "a time, e.g. 2026-03-01, '2026-03-01 14:05:09' or "
                               "2026-03-01T14:05:09Z");
  }
  return *time;
}

CLI::Option* AddWordList(CLI::App* verb, const OptionText& text,
                         const std::vector<std::string>& words,
                         std::function<void(const std::vector<std::string>&)> set) {
  const auto check = [set = std::move(set), flag = text.flag,
                      words](const std::vector<std::string>& given) {
    for (const std::string& word : given) {
      if (std::find(words.begin(), words.end(), word) == words.end()) {
        ThrowUnknownWord(flag, word, words);
      }
    }
    set(given);
  };
  return verb->add_option_function<std::vector<std::string>>(text.flag, check, text.help)
      ->delimiter(',')
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name(absl::StrJoin(words, std::string(1, kBetweenWords)));
}

std::vector<std::string> WordsOf(const CLI::Option& option) {
  const std::string type_name = option.get_type_name();
  if (type_name.find(kBetweenWords) == std::string::npos) return {};
  return absl::StrSplit(type_name, kBetweenWords);
}

}  // namespace billing::billingctl
