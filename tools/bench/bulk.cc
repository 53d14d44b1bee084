// S6: durable AddCard over streams, beside the same commands as calls of their own; and over
// other numbers of streams and windows.
#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "tools/bench/verbs.h"

namespace billing::bench {
namespace {

// Of the commands of a run: until caches are warm and files exist.
constexpr size_t kWarmUpPart = 5;
// Other shapes say how the figure depends on its own; a shorter run is enough for that.
constexpr StreamShape kOtherShapes[] = {
    {.streams = 1, .window = 1'000}, {.streams = 4, .window = 64}, {.streams = 16, .window = 250}};
constexpr size_t kOtherPart = 4;

std::string NameOf(const StreamShape& shape) {
  return absl::StrCat("streams_", shape.streams, "_window_", shape.window, "_per_second");
}

class Bulk {
 public:
  explicit Bulk(Bench& bench) : bench_(bench), options_(bench.options()) {}

  absl::Status Measure() {
    auto billingd = bench_.StartBillingd();
    if (!billingd.ok()) return billingd.status();
    billingd_ = *std::move(billingd);
    absl::Status status = WarmUp();
    for (size_t run = 0; status.ok() && run < options_.runs; ++run) {
      bench_.Say(absl::StrCat("bulk: run ", run + 1, " of ", options_.runs));
      status = InTurns(
          run, [&] { return RunStreams(options_.streams, options_.commands, streamed_); },
          [&] { return RunCalls(options_.commands, calls_); });
      for (size_t i = 0; status.ok() && i < std::size(kOtherShapes); ++i) {
        status = RunStreams(kOtherShapes[i], Part(kOtherPart), others_[i]);
      }
    }
    if (status.ok()) Tell();
    return status;
  }

 private:
  size_t Part(size_t part) const { return std::max<size_t>(1, options_.commands / part); }

  absl::Status WarmUp() {
    std::vector<Run> warm;
    const absl::Status status = RunCalls(Part(kWarmUpPart), warm);
    return status.ok() ? RunStreams(options_.streams, Part(kWarmUpPart), warm) : status;
  }

  absl::Status RunStreams(const StreamShape& shape, size_t count, std::vector<Run>& into) {
    const auto accounts = bench_.OpenAccounts(billingd_, AccountsFor(count));
    if (!accounts.ok()) return accounts.status();
    const Traffic cards = StreamCards(bench_.names(), *accounts, count);
    const auto run = bench_.SaturateStreams(billingd_, cards, shape);
    if (run.ok()) into.push_back(*run);
    return run.status();
  }

  absl::Status RunCalls(size_t count, std::vector<Run>& into) {
    const auto accounts = bench_.OpenAccounts(billingd_, AccountsFor(count));
    if (!accounts.ok()) return accounts.status();
    const Traffic cards = AddCards(bench_.names(), *accounts, count);
    const auto run = bench_.Saturate(billingd_, cards, options_.in_flight);
    if (run.ok()) into.push_back(*run);
    return run.status();
  }

  void Tell() {
    const std::vector<double> streamed = PerSecondOf(streamed_);
    const std::vector<double> calls = PerSecondOf(calls_);
    Figure figure{.id = "S6",
                  .runs = streamed,
                  .parts = {{"unary_commands_per_second", MedianOf(calls)},
                            {"times_unary", MedianOf(Ratios(streamed, calls))}},
                  .note = "AddCard; compared with the same commands as calls, in turns"};
    if (billingd_.process != nullptr) {
      figure.parts.emplace_back("cpu_us_per_command", MedianOf(CpuUsOf(streamed_)));
      figure.parts.emplace_back("unary_cpu_us_per_command", MedianOf(CpuUsOf(calls_)));
    }
    const auto median = [&](auto of) { return MedianOf(Each(streamed_, of)); };
    figure.parts.emplace_back("p50_us", median([](const Run& run) { return run.p50_us; }));
    figure.parts.emplace_back("p99_us", median([](const Run& run) { return run.p99_us; }));
    for (size_t i = 0; i < std::size(kOtherShapes); ++i) {
      figure.parts.emplace_back(NameOf(kOtherShapes[i]), MedianOf(PerSecondOf(others_[i])));
    }
    bench_.Tell(figure);
  }

  Bench& bench_;
  const Options& options_;
  Server billingd_;
  std::vector<Run> streamed_;
  std::vector<Run> calls_;
  std::vector<Run> others_[std::size(kOtherShapes)];
};

}  // namespace

absl::Status MeasureBulk(Bench& bench) { return Bulk(bench).Measure(); }

}  // namespace billing::bench
