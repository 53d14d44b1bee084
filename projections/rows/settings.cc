#include "projections/rows/settings.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/cache.h"
#include "rocksdb/env.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

namespace billing::projections {
namespace {

// Runs stay open, within bounds of descriptors and of memory for their filters.
constexpr int kOpenFilesMax = 512;

// Absent keys are the common question, and the filters answer it. They and the indexes
// stay with the open files, about 1.5 bytes per row: through the block cache, cut in
// pieces so that they fit it, an absent key costs four times as much (8 us, not 2).
rocksdb::BlockBasedTableOptions TableSettings(size_t block_cache_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(block_cache_bytes);
  table.block_size = size_t{8} << 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = true;
  table.cache_index_and_filter_blocks = false;
  table.format_version = 5;
  return table;
}

}  // namespace

rocksdb::Options ViewsSettings(size_t block_cache_bytes, int runs_to_merge, rocksdb::Env* env) {
  rocksdb::Options options;
  if (env != nullptr) options.env = env;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.max_bgerror_resume_count = 0;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableSettings(block_cache_bytes)));
  options.compression = rocksdb::kLZ4Compression;

  // Every run covers much of the key space, so it lands on level 0; large files below
  // keep the number of merges per row low.
  options.level_compaction_dynamic_level_bytes = true;
  options.level0_file_num_compaction_trigger = runs_to_merge;
  options.max_bytes_for_level_base = uint64_t{512} << 20;
  options.target_file_size_base = uint64_t{64} << 20;
  options.compaction_readahead_size = size_t{2} << 20;
  options.max_background_jobs = 2;
  // Spreads the writing of a run, so that the log's syncs do not queue behind it.
  options.bytes_per_sync = uint64_t{1} << 20;

  // Only ingested: neither memtable nor write-ahead log ever holds a row.
  options.write_buffer_size = size_t{1} << 20;
  options.avoid_unnecessary_blocking_io = true;
  options.max_open_files = kOpenFilesMax;

  options.info_log_level = rocksdb::WARN_LEVEL;
  options.max_log_file_size = size_t{1} << 20;
  options.keep_log_file_num = 4;
  options.max_manifest_file_size = uint64_t{16} << 20;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.skip_stats_update_on_db_open = true;
  return options;
}

rocksdb::Status SyncNamesIn(rocksdb::Env& env, const std::string& folder) {
  std::unique_ptr<rocksdb::Directory> directory;
  const rocksdb::Status opened = env.NewDirectory(folder, &directory);
  return opened.ok() ? directory->Fsync() : opened;
}

absl::Status ToStatus(const rocksdb::Status& status, absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat("views: ", what, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsNoSpace()) return absl::ResourceExhaustedError(message);
  // RocksDB has no code of its own for this.
  if (status.IsIOError() && (absl::StrContains(message, "lock hold by current process") ||
                             absl::StrContains(message, "While lock file"))) {
    return absl::FailedPreconditionError(message);
  }
  return absl::InternalError(message);
}

}  // namespace billing::projections
