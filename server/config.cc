#include "server/config.h"

#include <CLI/CLI.hpp>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "fmt/format.h"
#include "server/config_file.h"
#include "server/settings.h"

namespace billing::server {
namespace {

constexpr char kDescription[] =
    "billingd keeps the cards of billing accounts and decides which card pays for what.\n"
    "Exit codes: 0 stopped after SIGTERM, SIGINT or SIGHUP; 2 wrong flag or configuration; 3 data\n"
    "directory not usable; 4 start refused: the log, the anchor, the keys or the clock do not fit\n"
    "together; 5 address in use; 6 storage failed, or has too little space to start on.";

// Of the help: the longest flag with what it takes.
constexpr size_t kFlagColumns = 40;

// Flags as given, by the setting's key.
struct Flags {
  std::string config_file;
  std::map<std::string_view, std::string> values;
  std::map<std::string_view, bool> switches;
};

EarlyEnd Wrong(std::string_view what) {
  return {.code = ExitCode::kUsage, .text = fmt::format("billingd: {}", what)};
}

void AddFlags(CLI::App& app, Flags& flags) {
  app.get_formatter()->column_width(kFlagColumns);
  app.add_option("--config", flags.config_file, "TOML file with settings")->type_name("FILE");
  for (const TextSetting& setting : TextSettings()) {
    app.add_option(FlagOf(setting.key), flags.values[setting.key], std::string(setting.help))
        ->type_name(std::string(setting.type));
  }
  for (const NumberSetting& setting : NumberSettings()) {
    app.add_option(FlagOf(setting.key), flags.values[setting.key], std::string(setting.help))
        ->type_name(RangeOf(setting));
  }
  for (const SwitchSetting& setting : SwitchSettings()) {
    app.add_flag(FlagOf(setting.key), flags.switches[setting.key], std::string(setting.help));
  }
}

bool IsGiven(const CLI::App& app, std::string_view key) { return app.count(FlagOf(key)) > 0; }

// What is wrong with the first bad flag; empty when all were taken.
std::string Apply(const CLI::App& app, const Flags& flags, Config& config) {
  for (const TextSetting& setting : TextSettings()) {
    if (IsGiven(app, setting.key) && !setting.set(config, flags.values.at(setting.key))) {
      return fmt::format("{} {}", FlagOf(setting.key), setting.expected);
    }
  }
  for (const NumberSetting& setting : NumberSettings()) {
    if (!IsGiven(app, setting.key)) continue;
    int64_t number = 0;
    if (!absl::SimpleAtoi(flags.values.at(setting.key), &number) || number < setting.min ||
        number > setting.max) {
      return fmt::format("{} {}", FlagOf(setting.key), ExpectedOf(setting));
    }
    setting.set(config, number);
  }
  for (const SwitchSetting& setting : SwitchSettings()) {
    if (IsGiven(app, setting.key)) config.*setting.value = flags.switches.at(setting.key);
  }
  return "";
}

// What the settings may not be together; empty when they may.
std::string Contradiction(const Config& config) {
  if (!config.insecure_dev) {
    return "no credentials are configured, and this version knows none but --insecure-dev "
           "(plaintext on loopback, for development)";
  }
  if (!config.listen.is_loopback() || (config.http_listen && !config.http_listen->is_loopback())) {
    return "--insecure-dev listens on loopback addresses only (127.0.0.0/8, ::1, localhost)";
  }
  if (config.http_listen && config.listen.port != 0 &&
      config.listen.text() == config.http_listen->text()) {
    return fmt::format("--listen and --http-listen are both {}: each needs a port of its own",
                       config.listen.text());
  }
  return "";
}

}  // namespace

std::variant<Config, EarlyEnd> ReadConfig(int argc, const char* const* argv) {
  CLI::App app(kDescription, "billingd");
  app.set_version_flag("--version", "billingd " BILLING_VERSION);
  Flags flags;
  AddFlags(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return EarlyEnd{.code = ExitCode::kOk, .text = app.help()};
  } catch (const CLI::CallForVersion&) {
    return EarlyEnd{.code = ExitCode::kOk, .text = app.version()};
  } catch (const CLI::ParseError& error) {
    return Wrong(fmt::format("{} (see --help)", error.what()));
  }
  Config config;
  if (!flags.config_file.empty()) {
    auto with_file = WithFile(std::move(config), flags.config_file);
    if (!with_file.ok()) return Wrong(std::string(with_file.status().message()));
    config = *std::move(with_file);
  }
  std::string wrong = Apply(app, flags, config);
  if (wrong.empty()) wrong = Contradiction(config);
  if (!wrong.empty()) return Wrong(wrong);
  return config;
}

}  // namespace billing::server
