// What a command line has that nobody knows.
#ifndef BILLING_TOOLS_COMMAND_LINE_UNKNOWN_WORD_H_
#define BILLING_TOOLS_COMMAND_LINE_UNKNOWN_WORD_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace billing::command_line {

// `'prov' is not known here`: the first word that neither `app` nor the verbs it was given know;
// empty when they know all. To be said after a CLI::RequiredError, for what is missing may be
// there, and spelled otherwise.
inline std::string UnknownWordText(const CLI::App& app) {
  const std::vector<std::string> unknown = app.remaining(/*recurse=*/true);
  return unknown.empty() ? "" : "'" + unknown.front() + "' is not known here";
}

}  // namespace billing::command_line

#endif  // BILLING_TOOLS_COMMAND_LINE_UNKNOWN_WORD_H_
