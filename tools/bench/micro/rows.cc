// Keys, and rows staged into and read from the row store.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/rows/row_store.h"
#include "projections/state/keys.h"
#include "tools/bench/micro/workshop.h"

namespace billing::bench {
namespace {

// Between two publishes, as in a batch of 64 commands.
constexpr uint64_t kRowsPerBatch = 256;
constexpr size_t kValueBytes = 120;
constexpr uint64_t kStoredRows = 100'000;

void CardKey(benchmark::State& state) {
  const std::string id = "card-7";
  for (auto unused : state) benchmark::DoNotOptimize(projections::keys::Card(123'456, id));
}
BENCHMARK(CardKey);

void SubjectKeyAndBack(benchmark::State& state) {
  const std::string name = "cards/card-7";
  for (auto unused : state) {
    const std::string key = projections::keys::Subject(123'456, name, 1'000'000);
    benchmark::DoNotOptimize(projections::keys::PositionIn(key));
  }
}
BENCHMARK(SubjectKeyAndBack);

// Rows of ever new accounts; writing behind is at work beside it.
class Rows {
 public:
  Rows() {
    auto store = projections::RowStore::Open({.directory = folder_.path() / "views"});
    if (store.ok()) store_ = *std::move(store);
  }
  bool ok() const { return store_ != nullptr; }
  projections::RowStore& store() { return *store_; }

  void StageNext() {
    ++position_;
    store_->Stage(projections::keys::Card(position_, "card-7"), value_, position_);
  }
  static constexpr size_t kOfCommand = 6;
  void StageCommand(uint64_t account) {
    namespace keys = projections::keys;
    ++position_;
    const std::string id = absl::StrCat("card", position_);
    // In no order: as different as request ids are.
    std::string request_id(16, '\0');
    const uint64_t scattered = position_ * 0x9E3779B97F4A7C15;
    std::memcpy(request_id.data(), &scattered, sizeof scattered);
    const keys::Key changed[kOfCommand] = {
        keys::AccountHead(account),
        keys::Card(account, id),
        keys::CardByToken(account, id),
        keys::Subject(account, "", position_),
        keys::Subject(account, id, position_),
        keys::Request(request_id, ""),
    };
    std::vector<projections::ChangedRow> rows;
    for (const auto& key : changed) rows.push_back({.key = key, .value = value_});
    store_->Stage(rows, position_);
  }
  bool Publish() { return store_->Publish(position_, "mark").ok(); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<projections::RowStore> store_;
  const std::string value_ = std::string(kValueBytes, 'x');
  uint64_t position_ = 0;
};

void StageRow(benchmark::State& state) {
  Rows rows;
  if (!rows.ok()) return state.SkipWithError("the row store does not open");
  uint64_t staged = 0;
  for (auto unused : state) {
    rows.StageNext();
    if (++staged % kRowsPerBatch == 0 && !rows.Publish()) {
      return state.SkipWithError("rows cannot be published");
    }
  }
}
BENCHMARK(StageRow);

// What adding a card changes, each time on another of many accounts, every 256 rows published.
void StageCommand(benchmark::State& state) {
  constexpr uint64_t kAccounts = 100'000;
  Rows rows;
  if (!rows.ok()) return state.SkipWithError("the row store does not open");
  uint64_t staged = 0;
  for (auto unused : state) {
    rows.StageCommand(++staged * 7919 % kAccounts + 1);
    if (staged % (kRowsPerBatch / Rows::kOfCommand) == 0 && !rows.Publish()) {
      return state.SkipWithError("rows cannot be published");
    }
  }
}
BENCHMARK(StageCommand);

// In memory: 0; in the database, its block cache warm: 1.
void GetRow(benchmark::State& state) {
  Rows rows;
  if (!rows.ok()) return state.SkipWithError("the row store does not open");
  for (uint64_t i = 0; i < kStoredRows; ++i) rows.StageNext();
  if (!rows.Publish()) return state.SkipWithError("rows cannot be published");
  if (state.range(0) == 1 && !rows.store().Flush().ok()) {
    return state.SkipWithError("rows cannot be written");
  }
  const auto version = rows.store().Current();
  uint64_t next = 0;
  for (auto unused : state) {
    next = (next + 7'919) % kStoredRows;
    benchmark::DoNotOptimize(version->Get(projections::keys::Card(next + 1, "card-7")));
  }
}
BENCHMARK(GetRow)->Arg(0)->Arg(1);

}  // namespace
}  // namespace billing::bench
