#include "tools/replay/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "tools/command_line/odd_values.h"
#include "tools/command_line/unknown_word.h"
#include "tools/replay/finding.h"
#include "tools/replay/reporting.h"

namespace billing::replay {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 all held; 1 a file cannot be read or written; 2 wrong usage; 10 the log is "
    "not well formed (cut short, reordered, edited); 11 a root differs (checkpoint, anchor, "
    "end); 12 a checkpoint of another origin or key; 13 a command is judged otherwise than "
    "recorded; 14 an invariant does not hold; 15 a stored row is not the fold's, or cannot be "
    "read; 16 a stored "
    "subject is not. What is wrong first is named with its position.";

int Misused(const std::vector<std::string>& arguments, const std::string& what,
            const Terminal& terminal) {
  // Parsing may have ended before the flag took effect.
  if (std::find(arguments.begin(), arguments.end(), "--json") != arguments.end()) {
    return Fail(BadArgument(what), /*json=*/true, terminal);
  }
  terminal.err << what << "\nRun with --help for more information.\n";
  return static_cast<int>(Kind::kUsage);
}

// The code, or that what was to be told could not be written.
int AllWritten(int code, const Terminal& terminal) {
  terminal.out.flush();
  if (terminal.out) return code;
  terminal.err << "the output could not be written\n";
  return code == 0 ? static_cast<int>(Kind::kUnreadable) : code;
}

void AddJson(CLI::App& app, Subject& subject) {
  app.add_flag("--json", subject.json, "one JSON object, and one a line for lists");
}

CLI::App* AddVerb(CLI::App& app, const std::string& name, const std::string& what,
                  Subject& subject) {
  CLI::App* verb = app.add_subcommand(name, what);
  verb->add_option("from", subject.from, "a data directory, a backup or an export")->required();
  verb->add_option("--key", subject.keys,
                   "public key of the log, as text or its file; again for each one that signed");
  verb->add_option("--checkpoint", subject.checkpoints, "file with a checkpoint that you kept");
  AddJson(*verb, subject);
  return verb;
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv, const Terminal& terminal) {
  CLI::App app("Audits a log of billingd: trusts neither the server nor its databases.",
               "billing-replay");
  app.require_subcommand(1);
  app.footer(kExitCodes);
  app.set_version_flag("--version", "billing-replay " BILLING_VERSION);
  Subject subject;
  AddJson(app, subject);
  std::string policy;
  std::string to;
  std::string account;
  std::string at;
  uint64_t position = 0;
  std::function<int()> run;

  AddVerb(app, "verify", "records, tree, checkpoints, signatures, anchor", subject)->callback([&] {
    run = [&] { return Verify(subject, terminal); };
  });
  AddVerb(app, "prove",
          "all of verify; every command judged again; what is always true; all "
          "read models folded and compared with the stored ones",
          subject)
      ->callback([&] { run = [&] { return Prove(subject, terminal); }; });
  CLI::App* what_if = AddVerb(app, "what-if",
                              "prove, and list what another policy would have "
                              "decided otherwise",
                              subject);
  what_if->add_option("--policy", policy, "JSON of billing.v1.Policy, or its file")->required();
  what_if->callback([&] { run = [&] { return AskWhatIf(subject, policy, terminal); }; });
  AddVerb(app, "diff", "the stored read models against a fold of the log as recorded", subject)
      ->callback([&] { run = [&] { return Diff(subject, terminal); }; });
  CLI::App* rebuild =
      AddVerb(app, "rebuild", "fold the log as recorded, and say how fast", subject);
  rebuild->add_option("--into", to, "directory to make, for a views database of the rows");
  rebuild->callback([&] { run = [&] { return Rebuild(subject, to, terminal); }; });
  CLI::App* state = AddVerb(app, "state", "an account as it was, as recorded", subject);
  state->add_option("--account", account, "its id")->required();
  state->add_option("--at", at, "position, or time like 2026-03-01T12:00:00Z (default: the end)");
  state->callback([&] { run = [&] { return ShowState(subject, account, at, terminal); }; });
  CLI::App* explain = AddVerb(app, "explain", "why a recorded command was refused", subject);
  explain->add_option("position", position, "that of the refusal's record")->required();
  explain->callback([&] { run = [&] { return ExplainRefusal(subject, position, terminal); }; });
  CLI::App* exporting = AddVerb(app, "export", "verify, and write the log as one file", subject);
  exporting->add_option("--to", to, "file to make (default: stdout)");
  exporting->callback([&] { run = [&] { return Export(subject, to, terminal); }; });
  CLI::App* importing = AddVerb(app, "import",
                                "verify an export, and make a data directory of it "
                                "(keys are in no export)",
                                subject);
  importing->add_option("--into", to, "data directory to make")->required();
  importing->callback([&] { run = [&] { return Import(subject, to, terminal); }; });

  command_line::RefuseEmptyValues(app);
  command_line::TakeWholeNumbers(app);

  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string empty = command_line::EmptyValueText(arguments);
  if (!empty.empty()) return Misused(arguments, empty, terminal);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    return AllWritten(app.exit(help_or_version, terminal.out, terminal.err), terminal);
  } catch (const CLI::RequiredError& error) {
    const std::string unknown = command_line::UnknownWordText(app);
    return Misused(arguments, unknown.empty() ? error.what() : unknown, terminal);
  } catch (const CLI::ParseError& error) {
    return Misused(arguments, error.what(), terminal);
  }
  return AllWritten(run(), terminal);
}

}  // namespace billing::replay
