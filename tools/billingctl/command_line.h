// The tree of nouns and verbs, and the flags that many verbs have.
#ifndef BILLING_TOOLS_BILLINGCTL_COMMAND_LINE_H_
#define BILLING_TOOLS_BILLINGCTL_COMMAND_LINE_H_

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "grpcpp/grpcpp.h"
#include "tools/billingctl/context.h"

namespace billing::billingctl {

// What the program takes from outside, so that tests can give their own.
struct Environment {
  std::ostream& out;
  std::ostream& err;
  bool colour = false;
  // `err` is one: progress is drawn there.
  bool err_is_terminal = false;
  absl::TimeZone local_zone;
  std::function<std::shared_ptr<grpc::ChannelInterface>(const std::string& address)> connect;
  std::function<std::string()> new_request_id;
  Waiting waiting = {};
};

// Where a verb stands and what --help says of it.
struct VerbText {
  CLI::App* noun = nullptr;
  std::string name;
  std::string help;
};

// The command line with every verb. Use one object for one Run.
class CommandLine {
 public:
  explicit CommandLine(Environment environment);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // Parses the arguments, the program's name not among them, and does what they say.
  ExitCode Run(const std::vector<std::string>& arguments);

  // For those who add verbs.
  CLI::App& root() { return app_; }
  CLI::App* AddNoun(const std::string& name, const std::string& help);
  // A verb with --request-id, --reason, --etag and --validate-only.
  CLI::App* AddWrite(const VerbText& text, Verb verb);
  // A verb with --min-position.
  CLI::App* AddRead(const VerbText& text, Verb verb);
  // A verb with --limit, --page-token and --columns.
  CLI::App* AddList(const VerbText& text, const std::vector<Heading>& columns, Verb verb);
  // A verb with none of these.
  CLI::App* AddPlain(const VerbText& text, Verb verb);
  // The flag --account.
  void AddAccount(CLI::App* verb);
  // An empty value of the option clears a field; of any other it is a mistake.
  void MayBeEmpty(const CLI::Option* option) { may_be_empty_.insert(option); }

 private:
  void AddGlobalFlags();
  ExitCode Do(const Verb& verb);
  // The code, or that the output could not be written.
  ExitCode AllWritten(ExitCode code);
  ExitCode Misused(const std::vector<std::string>& arguments, const std::string& message);

  Environment environment_;
  CLI::App app_;
  CallSettings settings_;
  WriteFlags writes_;
  ReadFlags reads_;
  ListFlags lists_;
  std::set<const CLI::Option*> may_be_empty_;
  std::string account_;
  bool json_ = false;
  bool utc_ = false;
  Verb chosen_;
};

// Each adds the verbs of one noun; together they are the tree.
void AddAccountVerbs(CommandLine& line);
void AddCardVerbs(CommandLine& line);
void AddSubscriptionVerbs(CommandLine& line);
void AddProfileVerbs(CommandLine& line);
void AddChargeVerbs(CommandLine& line);
void AddTransferVerbs(CommandLine& line);
void AddHistoryVerbs(CommandLine& line);
void AddWatchVerb(CommandLine& line);
void AddStateVerb(CommandLine& line);
void AddExplainVerb(CommandLine& line);
void AddIntegrityVerbs(CommandLine& line);
void AddAdminVerbs(CommandLine& line);
void AddImportVerb(CommandLine& line);
void AddHealthVerb(CommandLine& line);
void AddCompletionVerb(CommandLine& line);

}  // namespace billing::billingctl

#endif  // BILLING_TOOLS_BILLINGCTL_COMMAND_LINE_H_
