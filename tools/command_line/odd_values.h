// Values that CLI11 takes for other ones than were meant.
#ifndef BILLING_TOOLS_COMMAND_LINE_ODD_VALUES_H_
#define BILLING_TOOLS_COMMAND_LINE_ODD_VALUES_H_

#include <algorithm>
#include <set>
#include <string>
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

}  // namespace billing::command_line

#endif  // BILLING_TOOLS_COMMAND_LINE_ODD_VALUES_H_
