// What the metrics cost a call and a batch, and what a scrape costs.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "server/clock.h"
#include "server/metrics/readings.h"

namespace billing::bench {
namespace {

using server::CallOutcome;

server::Metrics& SharedMetrics() {
  static server::Metrics metrics;
  return metrics;
}

// A command that succeeds: two looks at the clock, and what is counted. With two threads: as
// when gRPC's and the engine's answer at once.
void CountCommand(benchmark::State& state) {
  const server::SystemClock clock;
  for (auto unused : state) {
    const int64_t start_us = clock.SteadyUs();
    SharedMetrics().CommandCalled(server::KindOf(v1::Command::kAddCard), CallOutcome::kOk,
                                  clock.SteadyUs() - start_us);
  }
}
BENCHMARK(CountCommand)->Threads(1)->Threads(2);

// One that is refused: its reason besides.
void CountRefusal(benchmark::State& state) {
  const server::SystemClock clock;
  for (auto unused : state) {
    const int64_t start_us = clock.SteadyUs();
    SharedMetrics().CommandCalled(server::KindOf(v1::Command::kRemoveCard), CallOutcome::kRefused,
                                  clock.SteadyUs() - start_us);
    SharedMetrics().CommandRefused("CARD_NOT_REMOVABLE");
  }
}
BENCHMARK(CountRefusal);

// Four looks at the clock, as a batch takes.
void CountBatch(benchmark::State& state) {
  const server::SystemClock clock;
  for (auto unused : state) {
    const int64_t start_us = clock.SteadyUs();
    const int64_t append_start_us = clock.SteadyUs();
    const int64_t append_us = clock.SteadyUs() - append_start_us;
    SharedMetrics().BatchWritten({.commands = 64,
                                  .bytes = 20'000,
                                  .us = clock.SteadyUs() - start_us,
                                  .append_us = append_us});
  }
}
BENCHMARK(CountBatch);

void WriteMetricsText(benchmark::State& state) {
  size_t bytes = 0;
  for (auto unused : state) {
    const std::string text = server::MetricsText(SharedMetrics(), {});
    benchmark::DoNotOptimize(text.data());
    bytes = text.size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(WriteMetricsText);

}  // namespace
}  // namespace billing::bench
