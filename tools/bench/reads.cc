// S4: reads beside the echo with requests and replies of the same size. The accounts are
// many, and were all written before: nothing is written while reads are measured.
#include "absl/strings/str_cat.h"
#include "tools/bench/verbs.h"

namespace billing::bench {
namespace {

// Each with a card that pays for ten subscriptions.
constexpr size_t kAccounts = 1'000;
constexpr size_t kRows = 10;
constexpr char kCard[] = "visa";

// Calls `make` for each account and sends what it adds.
template <typename Make>
absl::Status Write(Bench& bench, Server& server, const std::vector<std::string>& accounts,
                   const char* method, Make make) {
  Traffic traffic{.method = method, .headers = AsAdministrator(), .requests = {}};
  for (const std::string& account : accounts) make(account, traffic.requests);
  return bench.Saturate(server, traffic, bench.options().in_flight).status();
}

absl::StatusOr<std::vector<std::string>> MakeAccounts(Bench& bench, Server& billingd) {
  const auto accounts = bench.OpenAccounts(billingd, kAccounts);
  if (!accounts.ok()) return accounts.status();
  absl::Status status = Write(bench, billingd, *accounts, kAddCard,
                              [](const std::string& account, std::vector<std::string>& requests) {
                                requests.push_back(AddCard(account, kCard, "").SerializeAsString());
                              });
  if (!status.ok()) return status;
  status = Write(bench, billingd, *accounts, kCreateSubscription,
                 [](const std::string& account, std::vector<std::string>& requests) {
                   for (size_t row = 0; row < kRows; ++row) {
                     requests.push_back(
                         Subscribe(account, absl::StrCat("sub", row), kCard).SerializeAsString());
                   }
                 });
  if (!status.ok()) return status;
  return accounts;
}

// `of` gives the request about one account.
template <typename Of>
Traffic ReadsOf(const std::vector<std::string>& accounts, const char* method, size_t count, Of of) {
  Traffic traffic{.method = method, .headers = AsAdministrator(), .requests = {}};
  for (size_t i = 0; i < count; ++i) {
    traffic.requests.push_back(of(accounts[i % accounts.size()]).SerializeAsString());
  }
  return traffic;
}

absl::Status MeasureRead(Bench& bench, Server& billingd, const std::string& id,
                         const Traffic& reads) {
  const size_t in_flight = bench.options().in_flight;
  const auto warm = bench.Saturate(billingd, reads, in_flight);
  if (!warm.ok()) return warm.status();
  auto echo = bench.StartEcho(warm->reply_bytes);
  if (!echo.ok()) return echo.status();
  const auto warm_echo = bench.Saturate(*echo, reads, in_flight);
  if (!warm_echo.ok()) return warm_echo.status();

  std::vector<Run> ours;
  std::vector<Run> theirs;
  const auto measure = [&](Server& server, std::vector<Run>& into) {
    const auto run = bench.Saturate(server, reads, in_flight);
    if (!run.ok()) return run.status();
    into.push_back(*run);
    return absl::OkStatus();
  };
  for (size_t run = 0; run < bench.options().runs; ++run) {
    bench.Say(absl::StrCat(id, ": run ", run + 1, " of ", bench.options().runs));
    const absl::Status status = InTurns(
        run, [&] { return measure(billingd, ours); }, [&] { return measure(*echo, theirs); });
    if (!status.ok()) return status;
  }
  Figure figure{.id = id,
                .runs = Ratios(PerSecondOf(ours), PerSecondOf(theirs)),
                .parts = {{"reads_per_second", MedianOf(PerSecondOf(ours))},
                          {"echo_calls_per_second", MedianOf(PerSecondOf(theirs))},
                          {"reply_bytes", static_cast<double>(warm->reply_bytes)}},
                .note = ""};
  if (billingd.process != nullptr) {
    figure.parts.emplace_back("cpu_us_per_read", MedianOf(CpuUsOf(ours)));
    figure.parts.emplace_back("cpu_us_per_echo_call", MedianOf(CpuUsOf(theirs)));
  }
  bench.Tell(figure);
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureReads(Bench& bench) {
  auto billingd = bench.StartBillingd();
  if (!billingd.ok()) return billingd.status();
  const auto accounts = MakeAccounts(bench, *billingd);
  if (!accounts.ok()) return accounts.status();
  const size_t count = bench.options().commands;
  const Traffic cards = ReadsOf(*accounts, kGetCard, count, [](const std::string& account) {
    billing::v1::GetCardRequest request;
    request.set_name(CardName(account, kCard));
    return request;
  });
  const absl::Status status = MeasureRead(bench, *billingd, "S4a", cards);
  if (!status.ok()) return status;
  const Traffic in_use = ReadsOf(*accounts, kListCardsInUse, count, [](const std::string& account) {
    billing::v1::ListCardsInUseRequest request;
    request.set_parent(AccountName(account));
    return request;
  });
  return MeasureRead(bench, *billingd, "S4b", in_use);
}

}  // namespace billing::bench
