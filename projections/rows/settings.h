// How RocksDB keeps the views.
#ifndef BILLING_PROJECTIONS_ROWS_SETTINGS_H_
#define BILLING_PROJECTIONS_ROWS_SETTINGS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rocksdb/options.h"
#include "rocksdb/status.h"

namespace billing::projections {

// From how many unmerged runs on they are merged. Each costs every read a look, and each merge
// writes much again of what it merges into: half of a rebuild, if runs were merged as while they
// serve. While rows are only built they are hardly read.
inline constexpr int kRunsToMergeServing = 4;
inline constexpr int kRunsToMergeBuilding = 16;

// `env` null: the machine's.
rocksdb::Options ViewsSettings(size_t block_cache_bytes, int runs_to_merge, rocksdb::Env* env);

// Makes names made or changed in the folder durable.
rocksdb::Status SyncNamesIn(rocksdb::Env& env, const std::string& folder);

// `what` says what was tried.
absl::Status ToStatus(const rocksdb::Status& status, absl::string_view what);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_SETTINGS_H_
