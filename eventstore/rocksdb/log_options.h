// The settings of the log's database, each decided for durability first. Those that
// RocksDB's defaults already have are named where losing them would lose records.
#ifndef BILLING_EVENTSTORE_ROCKSDB_LOG_OPTIONS_H_
#define BILLING_EVENTSTORE_ROCKSDB_LOG_OPTIONS_H_

#include <rocksdb/options.h>

namespace billing::eventstore {

// `env` null: the machine's.
rocksdb::DBOptions LogDatabaseOptions(rocksdb::Env* env);
// Family `default`: position → record.
rocksdb::ColumnFamilyOptions RecordFamilyOptions();
// Family `meta`: a handful of keys.
rocksdb::ColumnFamilyOptions MetaFamilyOptions();

rocksdb::WriteOptions SyncedWrite();

// Of a key in a WriteBatch, checked until it is in the write-ahead log and the memtable.
inline constexpr size_t kProtectionBytesPerKey = 8;

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_ROCKSDB_LOG_OPTIONS_H_
