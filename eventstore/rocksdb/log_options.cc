#include "eventstore/rocksdb/log_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/table.h>

namespace billing::eventstore {
namespace {

constexpr size_t kKiB = size_t{1} << 10;
constexpr size_t kMiB = size_t{1} << 20;

// Files open at once; a larger log has more of them than a process may open.
constexpr int kOpenFilesMax = 512;

}  // namespace

rocksdb::DBOptions LogDatabaseOptions(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  if (env != nullptr) options.env = env;

  // The default mode opens a log with a flipped bit by dropping every acknowledged
  // record after it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Resuming after a failed sync would trust pages that the kernel has dropped.
  options.max_bgerror_resume_count = 0;
  options.enable_pipelined_write = false;
  options.unordered_write = false;
  options.two_write_queues = false;
  options.manual_wal_flush = false;
  options.wal_compression = rocksdb::kNoCompression;
  // In 7.8 it refuses sound logs; the anchor tells of lost ones.
  options.track_and_verify_wals_in_manifest = false;
  options.allow_mmap_reads = false;
  options.allow_mmap_writes = false;

  // `meta` is written with every batch and is small: this bound flushes it, so that the
  // next start replays little.
  options.max_total_wal_size = 128 * kMiB;
  options.bytes_per_sync = kMiB;
  options.max_open_files = kOpenFilesMax;
  options.max_background_jobs = 2;
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.keep_log_file_num = 4;
  options.max_log_file_size = 4 * kMiB;
  return options;
}

rocksdb::ColumnFamilyOptions RecordFamilyOptions() {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 64 * kMiB;
  options.max_write_buffer_number = 4;
  options.target_file_size_base = 64 * kMiB;
  options.level_compaction_dynamic_level_bytes = true;
  // LZ4 on every level: keys ascend, so files never overlap and go down the levels by
  // being renamed, which RocksDB does only when the next level compresses alike.
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kDisableCompressionOption;
  options.paranoid_file_checks = true;
  options.memtable_protection_bytes_per_key = kProtectionBytesPerKey;

  rocksdb::BlockBasedTableOptions table;
  table.block_size = 16 * kKiB;
  table.block_cache = rocksdb::NewLRUCache(64 * kMiB);
  // Memory does not grow with the log: indexes are partitioned and live in the cache.
  // There is no filter, since every position up to the head exists.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.cache_index_and_filter_blocks = true;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::ColumnFamilyOptions MetaFamilyOptions() {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 4 * kMiB;
  options.compression = rocksdb::kNoCompression;
  options.paranoid_file_checks = true;
  options.memtable_protection_bytes_per_key = kProtectionBytesPerKey;
  return options;
}

rocksdb::WriteOptions SyncedWrite() {
  rocksdb::WriteOptions options;
  options.sync = true;
  options.protection_bytes_per_key = kProtectionBytesPerKey;
  return options;
}

}  // namespace billing::eventstore
