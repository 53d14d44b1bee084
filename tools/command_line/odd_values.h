// Values that CLI11 takes for other ones than were meant.
#ifndef BILLING_TOOLS_COMMAND_LINE_ODD_VALUES_H_
#define BILLING_TOOLS_COMMAND_LINE_ODD_VALUES_H_

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "CLI/CLI.hpp"

namespace billing::command_line {

inline constexpr char kEmptyValue[] = "must not be empty";

// `--since: must not be empty`: the first argument that is `--since=`, for which CLI11 would take
// the next argument; empty when there is none.
inline std::string EmptyValueText(const std::vector<std::string>& arguments) {
  const auto found = std::find_if(arguments.begin(), arguments.end(), [](const std::string& word) {
    return word.size() > 3 && word.compare(0, 2, "--") == 0 && word.find('=') == word.size() - 1;
  });
  if (found == arguments.end()) return "";
  return found->substr(0, found->size() - 1) + ": " + kEmptyValue;
}

// Makes `app` and its verbs refuse empty values, but of options in `may_be_empty`. A shell makes
// them of variables that are not set, and they would pass for options that were not given: what
// was to be checked would not be.
inline void RefuseEmptyValues(CLI::App& app,
                              const std::set<const CLI::Option*>& may_be_empty = {}) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() == 0 || may_be_empty.count(option) > 0) continue;
    option->check([](const std::string& value) { return value.empty() ? kEmptyValue : ""; });
  }
  for (CLI::App* verb : app.get_subcommands({})) RefuseEmptyValues(*verb, may_be_empty);
}

// What is wrong with the text of a number; makes it decimal without leading zeros.
inline std::string AsWholeNumber(std::string& text) {
  uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || read != end) return "'" + text + "' is not a whole number";
  text = std::to_string(number);
  return "";
}

// Makes every number that `app` and its verbs take a whole one in decimal digits. CLI11 by itself
// takes -1 for 2^64 - 1, 010 for eight and what is too large for the largest.
inline void TakeWholeNumbers(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name();
    const bool is_number = type.rfind("UINT", 0) == 0 || type.rfind("INT", 0) == 0;
    if (is_number) option->transform(CLI::Validator(AsWholeNumber, ""));
  }
  for (CLI::App* verb : app.get_subcommands({})) TakeWholeNumbers(*verb);
}

}  // namespace billing::command_line

#endif  // BILLING_TOOLS_COMMAND_LINE_ODD_VALUES_H_
