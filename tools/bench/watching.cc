// S14: what live watches cost the writer. Commands run saturated, in turns: without watches,
// with watches of accounts that nothing happens to, and with watches of the accounts that are
// written to, so that every event goes to one of them.
#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/bench/now.h"
#include "tools/bench/verbs.h"
#include "tools/bench/watch_process.h"

namespace billing::bench {
namespace {

enum Side { kAlone, kQuiet, kLive };
constexpr size_t kSides = 3;

class Watching {
 public:
  explicit Watching(Bench& bench) : bench_(bench), options_(bench.options()) {}

  absl::Status Measure() {
    auto billingd = bench_.StartBillingd("watched");
    if (!billingd.ok()) return billingd.status();
    billingd_ = *std::move(billingd);
    auto quiet = bench_.OpenAccounts(billingd_, options_.watchers);
    if (!quiet.ok()) return quiet.status();
    quiet_accounts_ = *std::move(quiet);
    // One more than counts: the first warms up.
    for (size_t run = 0; run <= options_.runs; ++run) {
      bench_.Say(absl::StrCat("watching: run ", run, " of ", options_.runs));
      for (size_t turn = 0; turn < kSides; ++turn) {
        const absl::Status status = MeasureSide(static_cast<Side>((run + turn) % kSides));
        if (!status.ok()) return status;
      }
    }
    Tell();
    return absl::OkStatus();
  }

 private:
  absl::Status MeasureSide(Side side) {
    const auto accounts = NewAccounts();
    if (!accounts.ok()) return accounts.status();
    const Traffic cards = AddCardsInTurn(bench_.names(), *accounts, options_.commands);
    const std::vector<std::string> watched(accounts->begin(),
                                           accounts->begin() + Signed(options_.watchers));
    std::unique_ptr<WatchProcess> watches;
    if (side != kAlone) {
      const bool live = side == kLive;
      auto started =
          WatchProcess::Start(options_.self, bench_.folder(),
                              {.address = billingd_.address,
                               .accounts = live ? watched : quiet_accounts_,
                               .events = live ? EventsOf(watched.size(), accounts->size()) : 0});
      if (!started.ok()) return started.status();
      watches = *std::move(started);
    }
    const double cpu_before = billingd_.CpuSeconds();
    auto run = bench_.Saturate(billingd_, cards, options_.in_flight);
    if (!run.ok()) return run.status();
    const int64_t answered_ns = NowNs();
    if (side == kLive) {
      const auto came_ns = watches->Await();
      if (!came_ns.ok()) return came_ns.status();
      behind_ms_.push_back(static_cast<double>(std::max<int64_t>(0, *came_ns - answered_ns)) *
                           1e-6);
    }
    // What watching still has to do when the last command is answered counts too.
    run->cpu_us =
        (billingd_.CpuSeconds() - cpu_before) * 1e6 / static_cast<double>(options_.commands);
    runs_[side].push_back(*run);
    return absl::OkStatus();
  }

  // At least one for each watch, and enough for the cards.
  absl::StatusOr<std::vector<std::string>> NewAccounts() {
    const size_t count =
        std::max(options_.watchers, AccountsFor(options_.commands, kCardsPerLargeAccount));
    auto accounts = bench_.OpenAccounts(billingd_, count);
    if (!accounts.ok()) return accounts.status();
    Traffic policies{.method = kSetPolicy, .headers = AsOperator(), .requests = {}};
    for (const std::string& account : *accounts) {
      policies.requests.push_back(RaiseCardLimit(account).SerializeAsString());
    }
    const auto run = bench_.Saturate(billingd_, policies, options_.in_flight);
    if (!run.ok()) return run.status();
    return accounts;
  }

  // Of the cards that all accounts take in turn, those of the first so many.
  size_t EventsOf(size_t watched, size_t accounts) const {
    const size_t rounds = options_.commands / accounts;
    return rounds * watched + std::min(options_.commands % accounts, watched);
  }

  static std::ptrdiff_t Signed(size_t count) { return static_cast<std::ptrdiff_t>(count); }

  void Tell() {
    for (std::vector<Run>& runs : runs_) runs.erase(runs.begin());
    behind_ms_.erase(behind_ms_.begin());
    const auto shares = [](std::vector<double> ratios, double sign) {
      for (double& ratio : ratios) ratio = sign * (ratio - 1);
      return ratios;
    };
    const auto per_second = [&](Side side) { return PerSecondOf(runs_[side]); };
    const auto cpu_us = [&](Side side) { return CpuUsOf(runs_[side]); };
    const auto lost = [&](Side side) {
      return shares(Ratios(per_second(side), per_second(kAlone)), -1);
    };
    Figure figure{.id = "S14",
                  .runs = lost(kLive),
                  .parts = {{"quiet_share", MedianOf(lost(kQuiet))},
                            {"commands_per_second", MedianOf(per_second(kLive))},
                            {"quiet_commands_per_second", MedianOf(per_second(kQuiet))},
                            {"unwatched_commands_per_second", MedianOf(per_second(kAlone))},
                            {"behind_ms", MedianOf(behind_ms_)}},
                  .note =
                      "each event goes to one watch, read by a process of its own on the same "
                      "cores; quiet: watches of accounts that nothing happens to"};
    if (billingd_.process != nullptr) {
      const auto more = [&](Side side) {
        return MedianOf(shares(Ratios(cpu_us(side), cpu_us(kAlone)), 1));
      };
      figure.parts.emplace_back("server_cpu_share", more(kLive));
      figure.parts.emplace_back("quiet_server_cpu_share", more(kQuiet));
      figure.parts.emplace_back("cpu_us_per_command", MedianOf(cpu_us(kLive)));
      figure.parts.emplace_back("quiet_cpu_us_per_command", MedianOf(cpu_us(kQuiet)));
      figure.parts.emplace_back("unwatched_cpu_us_per_command", MedianOf(cpu_us(kAlone)));
    }
    bench_.Tell(figure);
  }

  Bench& bench_;
  const Options& options_;
  Server billingd_;
  std::vector<std::string> quiet_accounts_;
  std::array<std::vector<Run>, kSides> runs_;
  // From the last command's answer to the last event.
  std::vector<double> behind_ms_;
};

}  // namespace

absl::Status MeasureWatches(Bench& bench) { return Watching(bench).Measure(); }

}  // namespace billing::bench
