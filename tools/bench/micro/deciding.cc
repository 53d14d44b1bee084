// Judging and recording one AddCard, all in memory.
#include <benchmark/benchmark.h>

#include "aggregates/judge/judge.h"
#include "billing/storage/v1/record.pb.h"
#include "projections/state/state_reader.h"
#include "tools/bench/micro/workshop.h"

namespace billing::bench {
namespace {

// By how many cards the account has: it should not matter.
void Decide(benchmark::State& state) {
  const Workshop workshop(static_cast<int>(state.range(0)));
  const request::Request request = workshop.NewCard();
  for (auto unused : state) {
    const projections::StateReader states(workshop.rows());
    benchmark::DoNotOptimize(judge::Judge(request.command, workshop.context(), states));
  }
}
BENCHMARK(Decide)->Arg(1)->Arg(90);

// Decided, drafted, sealed, digested, folded, encoded and hashed: all that the writer does
// for a command but staging its rows and its share of the append.
void DecideAndRecord(benchmark::State& state) {
  Workshop workshop(1);
  const request::Request request = workshop.NewCard();
  for (auto unused : state) benchmark::DoNotOptimize(workshop.Record(request));
}
BENCHMARK(DecideAndRecord);

void EncodeRecord(benchmark::State& state) {
  Workshop workshop(1);
  storage::v1::Record record;
  if (!record.ParseFromString(workshop.Record(workshop.NewCard()).records.front())) {
    return state.SkipWithError("a record cannot be read");
  }
  size_t bytes = 0;
  for (auto unused : state) {
    const std::string encoded = record.SerializeAsString();
    benchmark::DoNotOptimize(encoded.data());
    bytes = encoded.size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(EncodeRecord);

}  // namespace
}  // namespace billing::bench
