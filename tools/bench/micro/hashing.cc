// Sealing, digests and the tree.
#include <benchmark/benchmark.h>

#include <string>

#include "eventstore/integrity/merkle.h"
#include "tools/bench/micro/workshop.h"

namespace billing::bench {
namespace {

// Of the account that a Workshop opens.
constexpr eventstore::KeyRef kKey{.slot = 1, .generation = 0};
// Bytes of an AddCard record, about.
constexpr size_t kRecordBytes = 300;

void SealField(benchmark::State& state) {
  const Workshop workshop(1);
  for (auto unused : state) {
    benchmark::DoNotOptimize(
        workshop.vault().Seal(kKey, "cards/visa/holder_name", "Alice Example"));
  }
}
BENCHMARK(SealField);

void OpenField(benchmark::State& state) {
  const Workshop workshop(1);
  const auto sealed = workshop.vault().Seal(kKey, "cards/visa/holder_name", "Alice Example");
  if (!sealed.ok()) return state.SkipWithError(sealed.status().ToString().c_str());
  for (auto unused : state) {
    benchmark::DoNotOptimize(workshop.vault().Open(kKey, "cards/visa/holder_name", *sealed));
  }
}
BENCHMARK(OpenField);

void DigestPersonal(benchmark::State& state) {
  const Workshop workshop(1);
  for (auto unused : state) {
    benchmark::DoNotOptimize(workshop.vault().Digest(kKey, "Alice Example"));
  }
}
BENCHMARK(DigestPersonal);

void LeafHash(benchmark::State& state) {
  const std::string record(kRecordBytes, 'x');
  for (auto unused : state) benchmark::DoNotOptimize(eventstore::LeafHash(record));
}
BENCHMARK(LeafHash);

void FrontierAppend(benchmark::State& state) {
  const eventstore::Hash leaf = eventstore::LeafHash("record");
  eventstore::Frontier frontier;
  for (auto unused : state) frontier.Append(leaf);
  benchmark::DoNotOptimize(frontier.size());
}
BENCHMARK(FrontierAppend);

// Once a batch, for the anchor.
void FrontierRoot(benchmark::State& state) {
  const eventstore::Hash leaf = eventstore::LeafHash("record");
  eventstore::Frontier frontier;
  for (int i = 0; i < 1'000'003; ++i) frontier.Append(leaf);
  for (auto unused : state) benchmark::DoNotOptimize(frontier.Root());
}
BENCHMARK(FrontierRoot);

}  // namespace
}  // namespace billing::bench
