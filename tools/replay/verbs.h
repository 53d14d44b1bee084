// The verbs of billing-replay. Each gives the program's exit code: 0 only when all held,
// else that of the finding (Kind).
#ifndef BILLING_TOOLS_REPLAY_VERBS_H_
#define BILLING_TOOLS_REPLAY_VERBS_H_

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace billing::replay {

// Where the verbs write.
struct Terminal {
  std::ostream& out;
  std::ostream& err;
  // Somebody waits: how far it is is shown on `err`.
  bool err_is_terminal = false;
};

// What every verb looks at.
struct Subject {
  // A data directory, a backup or an export.
  std::string from;
  // Public keys, each as text or the file that holds it.
  std::vector<std::string> keys = {};
  // Files with checkpoints that somebody kept.
  std::vector<std::string> checkpoints = {};
  bool json = false;
};

int Verify(const Subject& subject, const Terminal& terminal);
int Prove(const Subject& subject, const Terminal& terminal);
// The stored rows against the fold.
int Diff(const Subject& subject, const Terminal& terminal);
// The account `account` (its id or name) behind a position or at a time, one JSON object per
// part; empty `at`: behind the last record.
int ShowState(const Subject& subject, const std::string& account, const std::string& at,
              const Terminal& terminal);
// Why the command at `position` was refused: the rule, and the facts that it rests on.
int ExplainRefusal(const Subject& subject, uint64_t position, const Terminal& terminal);
// `policy`: JSON of billing.v1.Policy, or the file that holds it.
int AskWhatIf(const Subject& subject, const std::string& policy, const Terminal& terminal);
// Folds the log, unjudged, into a fresh views database `into`, or into memory alone when it
// is empty.
int Rebuild(const Subject& subject, const std::string& into, const Terminal& terminal);
// Empty `to`: to `terminal.out`, and the words go to `terminal.err`.
int Export(const Subject& subject, const std::string& to, const Terminal& terminal);
// Makes the data directory `into`, which is not there yet.
int Import(const Subject& subject, const std::string& into, const Terminal& terminal);

}  // namespace billing::replay

#endif  // BILLING_TOOLS_REPLAY_VERBS_H_
