// S9, S11, S12 and S13: whether a store with many events and accounts is as fast as a small
// one, how long starting on it takes, and what it needs of disk and memory.
//
// Both stores are filled over the wire, in the way that is measured: accounts, then cards
// with request ids.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tools/bench/verbs.h"

namespace billing::bench {
namespace {

// What the figures are about.
constexpr size_t kFullEvents = 10'000'000;
constexpr size_t kSmallEvents = 10'000;
constexpr size_t kSmallAccounts = 2'000;
constexpr size_t kCommandsPerRun = 10'000;
// Of the cards that an account takes: for filling, and for all runs after it.
constexpr size_t kFillCardsPerAccount = 45;
constexpr size_t kRunCardsPerAccount = 50;
// Filled in pieces, so that the requests fit in memory.
constexpr size_t kPieceAccounts = 10'000;
// At rest: less than this of one core is used for a second.
constexpr double kIdleCpuSeconds = 0.02;
constexpr int kRestSecondsMax = 120;

// A store and what it holds. Every command here makes one event.
struct Store {
  std::string name;
  Server server;
  std::vector<std::string> accounts;  // shuffled once filled
  size_t events = 0;
  size_t next_account = 0;
  size_t next_card = 0;
};

uint64_t BytesBelow(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

// So many that the accounts of both stores take the cards of all runs: those of the rates,
// one to warm up, and those of the starts.
size_t CommandsPerRun(const Options& options) {
  const size_t accounts = std::min(options.accounts, kSmallAccounts);
  const size_t room = kRunCardsPerAccount * accounts / (2 * options.runs + 1);
  return std::max<size_t>(1, std::min({kCommandsPerRun, options.commands, room}));
}

// With a warning where the store is smaller than what the figure is about.
std::string Note(const Options& options, const std::string& note) {
  return options.events >= kFullEvents ? note : note + "; not at full size";
}

class Growth {
 public:
  explicit Growth(Bench& bench)
      : bench_(bench), options_(bench.options()), commands_per_run_(CommandsPerRun(options_)) {}

  absl::Status Measure() {
    absl::Status status = Fill(small_, "small", kSmallAccounts, kSmallEvents);
    if (status.ok()) status = Fill(large_, "large", options_.accounts, options_.events);
    if (status.ok()) status = CompareRates();
    if (!status.ok()) return status;
    small_.server = {};
    TellMemory();
    status = Stop();
    if (!status.ok()) return status;
    TellDisk();
    return MeasureStarts();
  }

 private:
  absl::Status Fill(Store& store, const std::string& name, size_t accounts, size_t events) {
    store.name = name;
    auto server = bench_.StartBillingd(name);
    if (!server.ok()) return server.status();
    store.server = *std::move(server);
    while (store.accounts.size() < accounts) {
      const size_t piece = std::min(kPieceAccounts, accounts - store.accounts.size());
      // What is left to make, spread over the accounts that are left to open.
      const size_t left = events - store.events;
      const size_t cards = left * piece / (accounts - store.accounts.size()) - piece;
      const absl::Status status = FillPiece(store, piece, cards);
      if (!status.ok()) return status;
      bench_.Say(absl::StrCat(name, ": ", store.events, " of ", events, " events"));
    }
    std::mt19937_64 random(options_.seed);
    std::shuffle(store.accounts.begin(), store.accounts.end(), random);
    return absl::OkStatus();
  }

  absl::Status FillPiece(Store& store, size_t accounts, size_t cards) {
    const auto opened = bench_.OpenAccounts(store.server, accounts);
    if (!opened.ok()) return opened.status();
    Traffic traffic{.method = kAddCard, .headers = AsAdministrator(), .requests = {}};
    for (size_t i = 0; i < cards; ++i) {
      traffic.requests.push_back(AddCard((*opened)[i % accounts],
                                         absl::StrCat("card", i / accounts),
                                         bench_.names().NewRequestId())
                                     .SerializeAsString());
    }
    store.accounts.insert(store.accounts.end(), opened->begin(), opened->end());
    store.events += accounts + cards;
    if (cards == 0) return absl::OkStatus();
    return bench_.Saturate(store.server, traffic, options_.in_flight).status();
  }

  // New cards, on one account after another in shuffled order.
  absl::StatusOr<Run> Write(Store& store) {
    Traffic traffic{.method = kAddCard, .headers = AsAdministrator(), .requests = {}};
    while (traffic.requests.size() < commands_per_run_) {
      const std::string& account = store.accounts[store.next_account++ % store.accounts.size()];
      traffic.requests.push_back(
          AddCard(account, absl::StrCat("more", store.next_card++), bench_.names().NewRequestId())
              .SerializeAsString());
    }
    store.events += commands_per_run_;
    return bench_.Saturate(store.server, traffic, options_.in_flight);
  }

  absl::Status CompareRates() {
    std::vector<Run> large;
    std::vector<Run> small;
    const double large_events = static_cast<double>(large_.events);
    const double small_events = static_cast<double>(small_.events);
    const auto measure = [&](Store& store, std::vector<Run>& runs) {
      const auto run = Write(store);
      if (run.ok()) runs.push_back(*run);
      return run.status();
    };
    // One more than counts: the first warms up.
    for (size_t run = 0; run <= options_.runs; ++run) {
      bench_.Say(absl::StrCat("growth: run ", run, " of ", options_.runs));
      const absl::Status status = InTurns(
          run, [&] { return measure(large_, large); }, [&] { return measure(small_, small); });
      if (!status.ok()) return status;
    }
    large.erase(large.begin());
    small.erase(small.begin());
    bench_.Tell({.id = "S9",
                 .runs = Ratios(PerSecondOf(large), PerSecondOf(small)),
                 .parts = {{"commands_per_second", MedianOf(PerSecondOf(large))},
                           {"small_commands_per_second", MedianOf(PerSecondOf(small))},
                           {"cpu_us_per_command", MedianOf(CpuUsOf(large))},
                           {"small_cpu_us_per_command", MedianOf(CpuUsOf(small))},
                           {"events", large_events},
                           {"small_events", small_events}},
                 .note = Note(options_, "events as the runs began")});
    return absl::OkStatus();
  }

  // Until nothing is written behind or merged any more.
  void Rest(const Server& server) const {
    for (int second = 0; second < kRestSecondsMax; ++second) {
      const double before = server.CpuSeconds();
      std::this_thread::sleep_for(std::chrono::seconds(1));
      if (second > 2 && server.CpuSeconds() - before < kIdleCpuSeconds) return;
    }
  }

  void TellMemory() {
    Rest(large_.server);
    const auto bytes = static_cast<double>(large_.server.process->ResidentBytes());
    bench_.Tell({.id = "S13",
                 .runs = {bytes / (1 << 20)},
                 .parts = {{"events", static_cast<double>(large_.events)}},
                 .note = Note(options_, "resident, of the process that wrote them all")});
  }

  void TellDisk() {
    const auto bytes = static_cast<double>(BytesBelow(bench_.folder() + "/" + large_.name));
    const auto events = static_cast<double>(large_.events);
    bench_.Tell(
        {.id = "S12",
         .runs = {bytes / events},
         .parts = {{"bytes", bytes}, {"events", events}},
         .note = Note(options_,
                      "after a rest and a clean stop, as merging in the background left it")});
  }

  absl::Status Start() {
    auto server = bench_.StartBillingd(large_.name);
    if (!server.ok()) return server.status();
    large_.server = *std::move(server);
    return absl::OkStatus();
  }

  absl::Status Stop() {
    large_.server.client.reset();
    if (large_.server.process->Stop()) return absl::OkStatus();
    return absl::InternalError("billingd did not stop cleanly");
  }

  absl::Status MeasureStarts() {
    std::vector<double> clean_s;
    std::vector<double> killed_s;
    while (clean_s.size() < options_.runs) {
      absl::Status status = Start();
      if (!status.ok()) return status;
      clean_s.push_back(large_.server.process->start_seconds());
      // Rows that were not written yet, as after a crash under load.
      status = Write(large_).status();
      if (!status.ok()) return status;
      large_.server.process->Kill();
      status = Start();
      if (!status.ok()) return status;
      killed_s.push_back(large_.server.process->start_seconds());
      status = Stop();
      if (!status.ok()) return status;
    }
    const auto events = static_cast<double>(large_.events);
    bench_.Tell({.id = "S11a",
                 .runs = clean_s,
                 .parts = {{"events", events}},
                 .note = Note(options_, "to the line that says it is ready")});
    bench_.Tell({.id = "S11b",
                 .runs = killed_s,
                 .parts = {{"events", events}},
                 .note = Note(options_, "killed after writing without a rest")});
    return absl::OkStatus();
  }

  Bench& bench_;
  const Options& options_;
  const size_t commands_per_run_;
  Store small_;
  Store large_;
};

absl::Status Check(const Options& options) {
  if (!options.address.empty()) {
    return absl::InvalidArgumentError("growth starts, kills and measures a server of its own");
  }
  if (options.events < options.accounts ||
      options.events - options.accounts > kFillCardsPerAccount * options.accounts) {
    return absl::InvalidArgumentError(absl::StrCat("--events must be from --accounts to ",
                                                   kFillCardsPerAccount + 1, " times that"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureGrowth(Bench& bench) {
  absl::Status status = Check(bench.options());
  if (status.ok()) status = Growth(bench).Measure();
  if (status.ok()) status = MeasureLargeAccount(bench);
  return status;
}

}  // namespace billing::bench
