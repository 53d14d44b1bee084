// S1, S2, S3 and S5: durable AddCard, saturated, by one client alone, and at half of what
// saturates, beside the echo with requests and replies of the same size.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tools/bench/machine.h"
#include "tools/bench/verbs.h"

namespace billing::bench {
namespace {

// Until caches are warm and files exist, and to learn how large a reply is.
constexpr size_t kWarmUpPart = 5;

// The same kind of run on both sides, run by run.
struct Sides {
  std::vector<Run> commands;
  std::vector<Run> echo;
};

class Commands {
 public:
  explicit Commands(Bench& bench) : bench_(bench), options_(bench.options()) {}

  absl::Status Measure() {
    absl::Status status = Start();
    for (size_t run = 0; status.ok() && run < options_.runs; ++run) {
      bench_.Say(absl::StrCat("commands: run ", run + 1, " of ", options_.runs));
      status = RunBoth(run, options_.commands, options_.in_flight, saturated_);
      if (status.ok()) status = RunBoth(run, options_.one_client, 1, alone_);
      if (status.ok()) status = RunSyncs();
    }
    if (!status.ok()) return status;
    TellSaturated();
    TellAlone();
    return MeasureHalf();
  }

 private:
  absl::Status Start() {
    auto billingd = bench_.StartBillingd();
    if (!billingd.ok()) return billingd.status();
    billingd_ = *std::move(billingd);
    const auto cards = NewCards(std::max<size_t>(1, options_.commands / kWarmUpPart));
    if (!cards.ok()) return cards.status();
    const auto warm = bench_.Saturate(billingd_, *cards, options_.in_flight);
    if (!warm.ok()) return warm.status();
    auto echo = bench_.StartEcho(warm->reply_bytes);
    if (!echo.ok()) return echo.status();
    echo_ = *std::move(echo);
    return bench_.Saturate(echo_, *cards, options_.in_flight).status();
  }

  absl::StatusOr<Traffic> NewCards(size_t count) {
    const auto accounts = bench_.OpenAccounts(billingd_, AccountsFor(count));
    if (!accounts.ok()) return accounts.status();
    return AddCards(bench_.names(), *accounts, count);
  }

  absl::Status RunBoth(size_t run, size_t calls, size_t in_flight, Sides& sides) {
    const auto cards = NewCards(calls);
    if (!cards.ok()) return cards.status();
    const auto measure = [&](Server& server, std::vector<Run>& into) {
      auto measured = bench_.Saturate(server, *cards, in_flight);
      if (!measured.ok()) return measured.status();
      into.push_back(*measured);
      return absl::OkStatus();
    };
    return InTurns(
        run, [&] { return measure(billingd_, sides.commands); },
        [&] { return measure(echo_, sides.echo); });
  }

  absl::Status RunSyncs() {
    const auto sync_us = MeasureSyncUs(bench_.folder());
    if (!sync_us.ok()) return sync_us.status();
    syncs_us_.push_back(*sync_us);
    return absl::OkStatus();
  }

  void TellSaturated() {
    const std::vector<double> commands = PerSecondOf(saturated_.commands);
    const std::vector<double> echo = PerSecondOf(saturated_.echo);
    const auto median = [&](auto of) { return MedianOf(Each(saturated_.commands, of)); };
    bench_.Tell({.id = "S1",
                 .runs = Ratios(commands, echo),
                 .parts = {{"commands_per_second", MedianOf(commands)},
                           {"echo_calls_per_second", MedianOf(echo)},
                           {"p50_us", median([](const Run& run) { return run.p50_us; })},
                           {"p99_us", median([](const Run& run) { return run.p99_us; })},
                           {"p999_us", median([](const Run& run) { return run.p999_us; })},
                           {"max_us", median([](const Run& run) { return run.max_us; })}},
                 .note = ""});
    if (billingd_.process == nullptr) return;  // whose CPU we cannot see
    const std::vector<double> command_us = CpuUsOf(saturated_.commands);
    const std::vector<double> echo_us = CpuUsOf(saturated_.echo);
    bench_.Tell({.id = "S2",
                 .runs = Ratios(command_us, echo_us),
                 .parts = {{"cpu_us_per_command", MedianOf(command_us)},
                           {"cpu_us_per_echo_call", MedianOf(echo_us)}},
                 .note = ""});
  }

  void TellAlone() {
    const auto p50 = [](const Run& run) { return run.p50_us; };
    const std::vector<double> command_us = Each(alone_.commands, p50);
    const std::vector<double> echo_us = Each(alone_.echo, p50);
    std::vector<double> base_us;
    for (size_t i = 0; i < echo_us.size(); ++i) base_us.push_back(echo_us[i] + syncs_us_[i]);
    bench_.Tell({.id = "S3",
                 .runs = Ratios(command_us, base_us),
                 .parts = {{"command_p50_us", MedianOf(command_us)},
                           {"echo_p50_us", MedianOf(echo_us)},
                           {"sync_p50_us", MedianOf(syncs_us_)}},
                 .note = ""});
  }

  absl::Status MeasureHalf() {
    const double per_second = MedianOf(PerSecondOf(saturated_.commands)) / 2;
    std::vector<Run> runs;
    while (runs.size() < options_.runs) {
      bench_.Say(absl::StrCat("half the rate: run ", runs.size() + 1, " of ", options_.runs));
      const auto cards = NewCards(options_.commands);
      if (!cards.ok()) return cards.status();
      const auto run = bench_.Follow(billingd_, *cards, per_second, options_.seed + runs.size());
      if (!run.ok()) return run.status();
      runs.push_back(*run);
    }
    const std::vector<double> p50 = Each(runs, [](const Run& run) { return run.p50_us; });
    const std::vector<double> p99 = Each(runs, [](const Run& run) { return run.p99_us; });
    bench_.Tell(
        {.id = "S5",
         .runs = Ratios(p99, p50),
         .parts = {{"offered_per_second", per_second},
                   {"commands_per_second", MedianOf(PerSecondOf(runs))},
                   {"p50_us", MedianOf(p50)},
                   {"p99_us", MedianOf(p99)},
                   {"p999_us", MedianOf(Each(runs, [](const Run& run) { return run.p999_us; }))},
                   {"max_us", MedianOf(Each(runs, [](const Run& run) { return run.max_us; }))}},
         .note = "latency from each call's intended start"});
    return absl::OkStatus();
  }

  Bench& bench_;
  const Options& options_;
  Server billingd_;
  Server echo_;
  Sides saturated_;
  Sides alone_;
  std::vector<double> syncs_us_;
};

}  // namespace

absl::Status MeasureCommands(Bench& bench) { return Commands(bench).Measure(); }

}  // namespace billing::bench
