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

// `env` null: the machine's.
rocksdb::Options ViewsSettings(size_t block_cache_bytes, rocksdb::Env* env);

// Makes names made or changed in the folder durable.
rocksdb::Status SyncNamesIn(rocksdb::Env& env, const std::string& folder);

// `what` says what was tried.
absl::Status ToStatus(const rocksdb::Status& status, absl::string_view what);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_SETTINGS_H_
