// billing-bench: how fast billingd is, beside a bare gRPC echo in the same run.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/bench/bench.h"
#include "tools/bench/echo.h"
#include "tools/bench/supervise.h"
#include "tools/bench/verbs.h"
#include "tools/bench/watch_process.h"
#include "tools/command_line/host_port.h"

namespace billing::bench {
namespace {

enum ExitCode { kMeasured = 0, kFailed = 1, kUsage = 2 };

struct Verb {
  const char* name;
  const char* what;
  absl::Status (*measure)(Bench& bench);
};

constexpr Verb kVerbs[] = {
    {"commands", "S1 S2 S3 S5: durable AddCard beside the echo", MeasureCommands},
    {"reads", "S4: GetCard and ListCardsInUse beside the echo", MeasureReads},
    {"bulk", "S6: AddCard over streams of commands, beside the same commands as calls",
     MeasureBulk},
    {"watches", "S14: AddCard with and without live watches", MeasureWatches},
    {"states", "S15: the past state of an account with a long history", MeasureStates},
    {"replay", "S7 and S8: a log audited, and its read models built anew", MeasureReplay},
    {"growth", "S9 to S13: a large store beside a small one, a large account beside a small one",
     MeasureGrowth},
};

void AddOptions(CLI::App& app, Options& options) {
  app.add_option("--address", options.address,
                 "a server in development mode that runs already; without it, one is started "
                 "on an empty store and removed afterwards")
      ->type_name("HOST:PORT")
      ->check(command_line::WrongInHostPort);
  app.add_option("--folder", options.folder, "where stores are made: its disk is measured")
      ->capture_default_str()
      ->check(CLI::ExistingDirectory);
  app.add_option("--runs", options.runs, "runs of each figure; the median counts")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000));
  app.add_option("--commands", options.commands, "calls of one run")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--events", options.events, "growth: events of the large store")
      ->capture_default_str()
      ->check(CLI::Range(100, 1'000'000'000));
  app.add_option("--accounts", options.accounts, "growth: accounts of the large store")
      ->capture_default_str()
      ->check(CLI::Range(100, 100'000'000));
  app.add_option("--one-client", options.one_client, "calls of one run of one client alone")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--connections", options.connections)
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  app.add_option("--in-flight", options.in_flight,
                 absl::StrCat("calls under way at once, over all connections; at most ",
                              kCallsPerConnectionMax, " for each"))
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  app.add_option("--streams", options.streams.streams, "bulk: streams open at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  app.add_option("--window", options.streams.window,
                 "bulk: commands of one stream that are sent and not answered")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  app.add_option("--watchers", options.watchers, "watches: watches open at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000));
  app.add_option("--account-events", options.account_events,
                 "states: events of the account whose state is asked for")
      ->capture_default_str()
      ->check(CLI::Range(10, 10'000'000));
  app.add_option("--log-events", options.log_events, "replay: events of the log, at least")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000'000));
  app.add_option("--seed", options.seed, "of the open loop's arrivals")->capture_default_str();
  app.add_flag("--json", options.json, "one object per figure and line");
}

int Measure(const Options& options, const Verb& verb) {
  const size_t in_flight_max = options.connections * kCallsPerConnectionMax;
  if (options.in_flight > in_flight_max) {
    absl::FPrintF(stderr,
                  "billing-bench: --in-flight %d is more than the %d that can be under way over "
                  "--connections %d: billingd serves %d calls of a connection at once\n",
                  options.in_flight, in_flight_max, options.connections, kCallsPerConnectionMax);
    return kUsage;
  }
  return InFolderOfItsOwn(options.folder, [&](const std::string& folder) -> int {
    Bench bench(options, verb.name, folder);
    const absl::Status status = verb.measure(bench);
    if (status.ok()) return kMeasured;
    absl::FPrintF(stderr, "billing-bench: %s\n", status.message());
    return absl::IsUnimplemented(status) || absl::IsInvalidArgument(status) ? kUsage : kFailed;
  });
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Measures billingd beside a bare gRPC echo in the same run.\n"
      "Exit codes: 0 measured, 1 could not be measured, 2 wrong usage, or the server does not\n"
      "have what is to be measured. A figure below its floor is a result, not a failure.");
  app.name("billing-bench");
  app.set_version_flag("--version", "billing-bench " BILLING_VERSION);
  app.require_subcommand(1);
  app.fallthrough();

  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
  Options options;
  options.self = self;
  options.billingd = self.parent_path() / "billingd";
  options.billing_replay = self.parent_path() / "billing-replay";
  options.folder = std::filesystem::temp_directory_path();
  AddOptions(app, options);
  const Verb* chosen = nullptr;
  for (const Verb& verb : kVerbs) {
    app.add_subcommand(verb.name, verb.what)->callback([&chosen, &verb] { chosen = &verb; });
  }
  size_t reply_bytes = 64;
  CLI::App* echo = app.add_subcommand("echo", "serve the echo, until a signal ends it");
  echo->add_option("--reply-bytes", reply_bytes, "of every answer")->capture_default_str();
  std::string watched;
  size_t tell_after = 0;
  CLI::App* hold =
      app.add_subcommand("hold-watches", "watch accounts at --address, until a signal ends it");
  hold->add_option("--watched", watched, "a file with their ids, one on each line")
      ->required()
      ->check(CLI::ExistingFile);
  hold->add_option("--tell-after", tell_after, "say so after that many events; 0: never")
      ->capture_default_str();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kMeasured : kUsage;
  }
  if (echo->parsed()) return ServeEcho(reply_bytes);
  if (hold->parsed()) return HoldWatches(options.address, watched, tell_after);
  return Measure(options, *chosen);
}

}  // namespace
}  // namespace billing::bench

int main(int argc, char** argv) { return billing::bench::Main(argc, argv); }
