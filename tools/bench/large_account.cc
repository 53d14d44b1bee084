// S10: whether a command costs more in an account with many subscriptions. One client, so
// that what is compared is one command's way.
#include "absl/strings/str_cat.h"
#include "tools/bench/verbs.h"

namespace billing::bench {
namespace {

// As many as an account takes, and few.
constexpr size_t kMany = 2'000;
constexpr size_t kFew = 10;
// All but one subscription are paid by this card, so it cannot be removed.
constexpr char kHeld[] = "held";
// One subscription moves back and forth between these, alone.
constexpr char kMoving[] = "moving";
constexpr const char* kCards[] = {"left", "right"};

struct Account {
  std::string id;
  size_t moves = 0;
  std::vector<Run> removals;
  std::vector<Run> moved;
};

class LargeAccount {
 public:
  explicit LargeAccount(Bench& bench) : bench_(bench), calls_(bench.options().one_client) {}

  absl::Status Measure() {
    // Every refused removal is recorded: so many a minute are usually held back.
    auto server = bench_.StartBillingd("large-account", {"--refusals-per-minute", "0"});
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    absl::Status status = Make(large_, kMany);
    if (status.ok()) status = Make(small_, kFew);
    // One more than counts: the first warms up.
    for (size_t run = 0; status.ok() && run <= bench_.options().runs; ++run) {
      bench_.Say(absl::StrCat("large account: run ", run, " of ", bench_.options().runs));
      status = InTurns(
          run, [&] { return Measure(large_); }, [&] { return Measure(small_); });
    }
    if (!status.ok()) return status;
    Tell("S10a", large_.removals, small_.removals);
    Tell("S10b", large_.moved, small_.moved);
    return absl::OkStatus();
  }

 private:
  absl::Status Send(const Traffic& traffic) {
    return bench_.Saturate(server_, traffic, bench_.options().in_flight).status();
  }

  absl::Status Make(Account& account, size_t subscriptions) {
    const auto opened = bench_.OpenAccounts(server_, 1);
    if (!opened.ok()) return opened.status();
    account.id = opened->front();
    Traffic cards{.method = kAddCard, .headers = AsAdministrator(), .requests = {}};
    for (const char* card : {kHeld, kCards[0], kCards[1]}) {
      cards.requests.push_back(AddCard(account.id, card, "").SerializeAsString());
    }
    const absl::Status status = Send(cards);
    if (!status.ok()) return status;
    Traffic subscribe{.method = kCreateSubscription, .headers = AsAdministrator(), .requests = {}};
    subscribe.requests.push_back(Subscribe(account.id, kMoving, kCards[0]).SerializeAsString());
    while (subscribe.requests.size() < subscriptions) {
      subscribe.requests.push_back(
          Subscribe(account.id, absl::StrCat("sub", subscribe.requests.size()), kHeld)
              .SerializeAsString());
    }
    return Send(subscribe);
  }

  absl::Status Measure(Account& account) {
    Traffic removals{.method = kRemoveCard,
                     .headers = AsAdministrator(),
                     .requests = {},
                     .expected = grpc::StatusCode::FAILED_PRECONDITION};
    Traffic moves{.method = kSetActive, .headers = AsAdministrator(), .requests = {}};
    while (moves.requests.size() < calls_) {
      removals.requests.push_back(RemoveCard(account.id, kHeld).SerializeAsString());
      moves.requests.push_back(
          SetActive(account.id, kMoving, kCards[++account.moves % 2]).SerializeAsString());
    }
    const absl::Status status = Add(removals, account.removals);
    return status.ok() ? Add(moves, account.moved) : status;
  }

  absl::Status Add(const Traffic& traffic, std::vector<Run>& runs) {
    const auto run = bench_.Saturate(server_, traffic, 1);
    if (run.ok()) runs.push_back(*run);
    return run.status();
  }

  void Tell(const char* id, std::vector<Run> large, std::vector<Run> small) {
    large.erase(large.begin());
    small.erase(small.begin());
    const auto p50 = [](const Run& run) { return run.p50_us; };
    const std::vector<double> large_us = Each(large, p50);
    const std::vector<double> small_us = Each(small, p50);
    bench_.Tell({.id = id,
                 .runs = Ratios(large_us, small_us),
                 .parts = {{"large_p50_us", MedianOf(large_us)},
                           {"small_p50_us", MedianOf(small_us)},
                           {"large_cpu_us", MedianOf(CpuUsOf(large))},
                           {"small_cpu_us", MedianOf(CpuUsOf(small))}},
                 .note = "median latencies of one client; CPU of the server per call"});
  }

  Bench& bench_;
  const size_t calls_;
  Server server_;
  Account large_;
  Account small_;
};

}  // namespace

absl::Status MeasureLargeAccount(Bench& bench) { return LargeAccount(bench).Measure(); }

}  // namespace billing::bench
