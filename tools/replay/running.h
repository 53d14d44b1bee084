// What every verb does: opens what it looks at, audits it behind a progress line, says what
// came of it.
#ifndef BILLING_TOOLS_REPLAY_RUNNING_H_
#define BILLING_TOOLS_REPLAY_RUNNING_H_

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "tools/replay/audit.h"
#include "tools/replay/finding.h"
#include "tools/replay/opening.h"
#include "tools/replay/reporting.h"
#include "tools/replay/verbs.h"

namespace billing::replay {

// A whole file.
std::variant<std::string, Finding> ReadFile(const std::string& path);

// What is audited, and what is known of it besides.
struct Prepared {
  Opened opened;
  AuditOptions options;
};
// Rows that are opened are compared with the fold.
std::variant<Prepared, Finding> Prepare(const Subject& subject, Depth depth, Contents contents);

// Audits, then calls `held` unless something is wrong, which it may still find. Gives the exit
// code.
using Held = std::function<std::optional<Finding>(const Looked&)>;
int RunAudit(const Subject& subject, const std::string& verb, Prepared prepared,
             const Terminal& terminal, const Held& held);

// The same, and says to `out` what was looked at; `last_line` closes what people read.
using LastLine = std::function<std::string(const Looked&)>;
int RunAndSay(const Subject& subject, const std::string& verb, Prepared prepared,
              const Terminal& terminal, const LastLine& last_line);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_RUNNING_H_
