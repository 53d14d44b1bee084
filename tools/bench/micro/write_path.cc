// All that the writer's thread does for a command but the append; and what of it are the tree
// and the checkpoints.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "aggregates/judge/judge.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/integrity/signing_key.h"
#include "eventstore/rocksdb/rocksdb_event_log.h"
#include "projections/rows/row_store.h"
#include "projections/state/state_reader.h"
#include "projections/tree/growing_tree.h"
#include "server/engine/checkpoints.h"
#include "server/engine/staging_rows.h"
#include "tools/bench/micro/workshop.h"

namespace billing::bench {
namespace {

constexpr size_t kCommandsPerBatch = 64;
constexpr size_t kCardsPerAccount = 90;

struct Caller {
  request::Request request;
  kernel::Context context;
};

// AddCard on ever new accounts, and their openings.
class Commands {
 public:
  Caller Next() {
    const std::string account = "acme" + std::to_string(made_ / kCardsPerAccount);
    const size_t card = made_++ % kCardsPerAccount;
    if (card == 0) return {Opening(account), AsOperator()};
    char request_id[37];
    std::snprintf(request_id, sizeof request_id, "0190b6f0-0000-7000-8000-%012zx", made_);
    return {AddCardTo(account, "card" + std::to_string(card), request_id), AsAlice()};
  }

 private:
  size_t made_ = 0;
};

// The writer's path on rows of its own, writing behind beside it. With a second tree all that
// belongs to a tree is done twice: what that adds is what one tree costs, in its place.
class WritePath {
 public:
  explicit WritePath(bool second_tree) : second_tree_(second_tree), follower_(kLogId) {
    auto vault = eventstore::Vault::Open({.directory = folder_.path() / "keys", .log_id = kLogId});
    auto rows = projections::RowStore::Open({.directory = folder_.path() / "views"});
    if (!vault.ok() || !rows.ok()) return;
    vault_ = *std::move(vault);
    recorder_ = std::make_unique<server::Recorder>(vault_.get());
    rows_ = *std::move(rows);
  }
  bool ok() const { return rows_ != nullptr; }

  // False when it failed.
  bool Execute(const Caller& caller) {
    const auto staged = rows_->Staged();
    const projections::StateReader states(*staged);
    kernel::Decision decision = judge::Judge(caller.request.command, caller.context, states);
    if (!std::holds_alternative<kernel::Facts>(decision)) return false;
    projections::Overlay overlay(*staged);
    const auto recorded = recorder_->Record({caller.request, caller.context, ""},
                                            std::move(decision), follower_, overlay);
    if (!recorded.ok()) return false;
    if (second_tree_) {
      for (const std::string& record : recorded->records) {
        tree_.Append(eventstore::LeafHash(record), overlay);
      }
    }
    server::StageChanges(overlay, follower_.position(), *rows_);
    return ++in_batch_ < kCommandsPerBatch || EndBatch();
  }

 private:
  bool EndBatch() {
    in_batch_ = 0;
    // For the anchor, and for the mark.
    benchmark::DoNotOptimize(follower_.root());
    if (second_tree_) {
      benchmark::DoNotOptimize(tree_.Root());
      benchmark::DoNotOptimize(tree_.Frontier() + tree_.Tile());
    }
    return rows_->Publish(follower_.position(), follower_.Mark()).ok();
  }

  const bool second_tree_;
  TemporaryFolder folder_;
  std::unique_ptr<eventstore::Vault> vault_;
  std::unique_ptr<projections::RowStore> rows_;
  std::unique_ptr<server::Recorder> recorder_;
  projections::Follower follower_;
  projections::GrowingTree tree_;
  size_t in_batch_ = 0;
};

void WholeCommand(benchmark::State& state) {
  WritePath path(/*second_tree=*/state.range(0) == 2);
  if (!path.ok()) return state.SkipWithError("rows or keys do not open");
  Commands commands;
  std::vector<Caller> ready;
  for (auto unused : state) {
    if (ready.empty()) {
      // Parsing is the handlers' work.
      state.PauseTiming();
      constexpr size_t kAhead = 4'096;
      while (ready.size() < kAhead) ready.push_back(commands.Next());
      std::reverse(ready.begin(), ready.end());
      state.ResumeTiming();
    }
    if (!path.Execute(ready.back())) return state.SkipWithError("a command fails");
    ready.pop_back();
  }
}
BENCHMARK(WholeCommand)->ArgName("trees")->Arg(1)->Arg(2);

// Once a second while there is news, off the writer's thread: signed and kept in the log.
void KeepCheckpoint(benchmark::State& state) {
  constexpr size_t kRecords = eventstore::EventLog::kAppendRecordsMax;
  const TemporaryFolder folder;
  auto log = eventstore::OpenRocksdbEventLog({.directory = folder.path() / "log"});
  auto key = eventstore::SigningKey::Generate();
  if (!log.ok() || !key.ok()) return state.SkipWithError("the log or the key cannot be made");
  const std::vector<std::string_view> records(kRecords, "record");
  if (!(*log)->Append(0, records).ok()) return state.SkipWithError("nothing can be appended");
  server::Checkpoints checkpoints(**log, {*key}, 0, {});
  uint64_t size = 0;
  for (auto unused : state) {
    if (size == kRecords) return state.SkipWithError("there are too few records");
    checkpoints.Durable(++size, {});
    checkpoints.Published();
    if (!checkpoints.Keep().ok()) return state.SkipWithError("a checkpoint cannot be kept");
  }
}
BENCHMARK(KeepCheckpoint)->Iterations(2'000);

}  // namespace
}  // namespace billing::bench
