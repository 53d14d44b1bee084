#include "tools/billingctl/command_line.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/billingctl/options.h"
#include "tools/billingctl/times.h"
#include "tools/command_line/host_port.h"
#include "tools/command_line/odd_values.h"
#include "tools/command_line/unknown_word.h"

namespace billing::billingctl {
namespace {

constexpr char kAbout[] =
    "Manages billing accounts: their cards, what they pay for and what they owe, over gRPC.\n"
    "Resources are named by id (visa, with --account), by relative name (cards/visa) or by\n"
    "full name (billingAccounts/acme/cards/visa).";

// Which of the settings that calls carry as headers has what no header may; empty: none.
std::string WrongInHeaders(const CallSettings& settings) {
  const std::pair<const char*, const std::string&> headers[] = {
      {"--principal", settings.principal},
      {"--roles", settings.roles},
      {"--on-behalf-of", settings.on_behalf_of}};
  for (const auto& [flag, value] : headers) {
    const bool fits = std::ranges::all_of(
        value, [](char c) { return absl::ascii_isprint(static_cast<unsigned char>(c)); });
    if (!fits) return absl::StrCat(flag, ": may only hold printable ASCII characters");
  }
  return "";
}

}  // namespace

CommandLine::CommandLine(Environment environment)
    : environment_(std::move(environment)), app_(kAbout, "billingctl") {
  // The global flags may stand after the verb too.
  app_.fallthrough();
  app_.require_subcommand(1);
  app_.footer(ExitCodesText());
  app_.set_version_flag("--version", "billingctl " BILLING_VERSION);
  AddGlobalFlags();
  AddAccountVerbs(*this);
  AddCardVerbs(*this);
  AddSubscriptionVerbs(*this);
  AddProfileVerbs(*this);
  AddChargeVerbs(*this);
  AddTransferVerbs(*this);
  AddHistoryVerbs(*this);
  AddWatchVerb(*this);
  AddStateVerb(*this);
  AddExplainVerb(*this);
  AddIntegrityVerbs(*this);
  AddAdminVerbs(*this);
  AddImportVerb(*this);
  AddHealthVerb(*this);
  AddCompletionVerb(*this);
  command_line::RefuseEmptyValues(app_, may_be_empty_);
  command_line::TakeWholeNumbers(app_);
}

void CommandLine::AddGlobalFlags() {
  app_.add_option("--address", settings_.address, "Where billingd listens")
      ->envname("BILLINGCTL_ADDRESS")
      ->type_name("HOST:PORT")
      ->check(command_line::WrongInHostPort)
      ->capture_default_str();
  app_.add_option("--principal", settings_.principal, "Who calls: users/NAME or services/NAME")
      ->envname("BILLINGCTL_PRINCIPAL")
      ->type_name("PRINCIPAL");
  app_.add_option("--roles", settings_.roles,
                  "Platform roles: operator, auditor, biller, delegate; comma separated")
      ->envname("BILLINGCTL_ROLES")
      ->type_name("ROLES");
  app_.add_option("--on-behalf-of", settings_.on_behalf_of, "The user that a delegate acts for")
      ->type_name("PRINCIPAL");
  app_.add_flag("--json", json_, "Print JSON: answers on stdout, failures on stderr");
  app_.add_option_function<std::string>(
          "--timeout",
          [this](const std::string& text) {
            const auto timeout = ParseTimeout(text);
            if (!timeout) {
              throw CLI::ValidationError("--timeout", "1ms to 1h, e.g. 500ms, 10s, 2m");
            }
            settings_.timeout = *timeout;
          },
          "Of each call (default 10s)")
      ->type_name("DURATION");
  app_.add_flag("--utc", utc_, "Show and read times in UTC instead of local time");
}

CLI::App* CommandLine::AddNoun(const std::string& name, const std::string& help) {
  CLI::App* noun = app_.add_subcommand(name, help);
  noun->require_subcommand(1);
  return noun;
}

CLI::App* CommandLine::AddPlain(const VerbText& text, Verb verb) {
  CLI::App* app = text.noun->add_subcommand(text.name, text.help);
  app->footer("The global flags (--address, --principal, --json, …) are in billingctl --help.");
  app->callback([this, verb = std::move(verb)] { chosen_ = verb; });
  return app;
}

CLI::App* CommandLine::AddWrite(const VerbText& text, Verb verb) {
  CLI::App* app = AddPlain(text, std::move(verb));
  app->add_option("--request-id", writes_.request_id,
                  "Repeat the write that had this id; default: a fresh one")
      ->type_name("UUID");
  app->add_option("--reason", writes_.reason, "Why, in words; kept in the history");
  app->add_option("--etag", writes_.etag, "Refuse unless the resource is at this version");
  app->add_flag("--validate-only", writes_.validate_only, "Judge it, record nothing");
  return app;
}

CLI::App* CommandLine::AddRead(const VerbText& text, Verb verb) {
  CLI::App* app = AddPlain(text, std::move(verb));
  app->add_option("--min-position", reads_.min_position,
                  "Answer only from a state that includes this log position");
  return app;
}

CLI::App* CommandLine::AddList(const VerbText& text, const std::vector<Heading>& columns,
                               Verb verb) {
  CLI::App* app = AddRead(text, std::move(verb));
  app->add_option("--limit", lists_.limit, "Most rows; default: all")->check(FromOneOn());
  app->add_option("--page-token", lists_.page_token, "Go on where a list with --limit ended");
  std::vector<std::string> names;
  for (const Heading& column : columns) names.push_back(column.name);
  AddWordList(app, {"--columns", "Columns of the table, in order"}, names,
              [this](const std::vector<std::string>& chosen) { lists_.columns = chosen; });
  return app;
}

void CommandLine::AddAccount(CLI::App* verb) {
  verb->add_option("--account", account_, "The account: an id or billingAccounts/ID")
      ->type_name("ACCOUNT");
}

ExitCode CommandLine::Run(const std::vector<std::string>& arguments) {
  const std::string empty = command_line::EmptyValueText(arguments);
  if (!empty.empty()) return Misused(arguments, empty);
  // CLI11 takes them last first.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app_.parse(std::move(reversed));
    assert(chosen_);
    const std::string wrong = WrongInHeaders(settings_);
    return wrong.empty() ? Do(chosen_) : Misused(arguments, wrong);
  } catch (const CLI::Success& help_or_version) {
    app_.exit(help_or_version, environment_.out, environment_.err);
    return AllWritten(ExitCode::kOk);
  } catch (const CLI::RequiredError& error) {
    const std::string unknown = command_line::UnknownWordText(app_);
    return Misused(arguments, unknown.empty() ? error.what() : unknown);
  } catch (const CLI::ParseError& error) {
    return Misused(arguments, error.what());
  }
}

ExitCode CommandLine::Do(const Verb& verb) {
  const Session session(environment_.connect(settings_.address), settings_);
  const Names names(account_);
  const ExitCode code = verb(Context{.session = session,
                                     .names = names,
                                     .writes = writes_,
                                     .reads = reads_,
                                     .lists = lists_,
                                     .out = environment_.out,
                                     .err = environment_.err,
                                     .json = json_,
                                     .err_is_terminal = environment_.err_is_terminal,
                                     .style = {.colour = environment_.colour},
                                     .zone = utc_ ? absl::UTCTimeZone() : environment_.local_zone,
                                     .new_request_id = environment_.new_request_id,
                                     .waiting = environment_.waiting});
  return AllWritten(code);
}

ExitCode CommandLine::AllWritten(ExitCode code) {
  environment_.out.flush();
  if (environment_.out) return code;
  environment_.err << "error: the output could not be written\n";
  return code == ExitCode::kOk ? ExitCode::kInternal : code;
}

ExitCode CommandLine::Misused(const std::vector<std::string>& arguments,
                              const std::string& message) {
  const Failure failure = UsageFailure(message);
  // Parsing ended before the flag took effect.
  if (std::find(arguments.begin(), arguments.end(), "--json") != arguments.end()) {
    environment_.err << JsonOf(failure);
    return failure.exit_code;
  }
  std::string path = "billingctl";
  for (const CLI::App* app = &app_; !app->get_subcommands().empty();) {
    app = app->get_subcommands().back();
    absl::StrAppend(&path, " ", app->get_name());
  }
  environment_.err << TextOf(failure) << "  see " << path << " --help\n";
  return failure.exit_code;
}

}  // namespace billing::billingctl
