#include "eventstore/rocksdb/log_database.h"

#include <rocksdb/convenience.h>
#include <rocksdb/utilities/options_util.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/big_endian.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/rocksdb/log_directory.h"
#include "eventstore/rocksdb/log_options.h"

namespace billing::eventstore {
namespace {

constexpr std::string_view kMetaFamily = "meta";
constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kLogIdKey = "log_id";
constexpr std::string_view kHeadKey = "head";
constexpr int kOpenAttempts = 5;

rocksdb::Slice AsSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

std::vector<rocksdb::ColumnFamilyDescriptor> Families() {
  return {{rocksdb::kDefaultColumnFamilyName, RecordFamilyOptions()},
          {std::string(kMetaFamily), MetaFamilyOptions()}};
}

rocksdb::Env& EnvOr(rocksdb::Env* env) { return env != nullptr ? *env : *rocksdb::Env::Default(); }

absl::Status InUse(const std::string& directory) {
  return absl::FailedPreconditionError(
      absl::StrCat("the log in ", directory, " is in use by another process"));
}

absl::Status NotALog(const std::string& directory) {
  return absl::FailedPreconditionError(
      absl::StrCat(directory, " holds a RocksDB database that is not a billingd log"));
}

bool AreOurFamilies(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names ==
         std::vector<std::string>{rocksdb::kDefaultColumnFamilyName, std::string(kMetaFamily)};
}

// By the options that RocksDB writes beside the manifest whenever it opens a database.
bool HadOurFamilies(const std::string& directory, rocksdb::Env* env) {
  rocksdb::ConfigOptions reading;
  reading.env = &EnvOr(env);
  reading.ignore_unknown_options = true;
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  if (!rocksdb::LoadLatestOptions(reading, directory, &options, &families).ok()) return false;
  std::vector<std::string> names;
  for (const rocksdb::ColumnFamilyDescriptor& family : families) names.push_back(family.name);
  return AreOurFamilies(std::move(names));
}

// An emptied or cut off manifest reads as that of a database with fewer families.
absl::Status NotOurFamilies(const std::string& directory, rocksdb::Env* env) {
  if (!HadOurFamilies(directory, env)) return NotALog(directory);
  return absl::DataLossError(absl::StrCat("the log in ", directory,
                                          " is damaged: its manifest is empty or cut off; how far "
                                          "it can be read is not known"));
}

// Whether the cause is lost or changed bytes, not a file system that fails.
bool IsDamage(const rocksdb::Status& status) {
  return status.IsCorruption() || status.IsNotFound() || status.IsPathNotFound();
}

// Says nothing, and so leaves no file in a directory that is only looked at.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

absl::StatusOr<std::string> NewLogId() {
  std::array<char, 16> bytes;
  if (getentropy(bytes.data(), bytes.size()) != 0) {
    return absl::ErrnoToStatus(errno, "the machine gives no random bytes for a log id");
  }
  return ToHex({bytes.data(), bytes.size()});
}

bool IsPosition(const rocksdb::Slice& key) {
  return key.size() == sizeof(Position) && FromBe64(key.ToStringView()) != 0;
}

bool IsLogId(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

absl::Status RecordLost(Position position, const rocksdb::Status& cause) {
  return absl::DataLossError(
      absl::StrCat("record ", position, " cannot be read: ", cause.ToString()));
}

LogDatabase::~LogDatabase() {
  // Errors of a log that nobody closed have nobody to be told to; what was acknowledged
  // was synced.
  Close().IgnoreError();
}

absl::Status LogDatabase::MoveToFiles() {
  const rocksdb::Status flushed = db_->Flush(rocksdb::FlushOptions(), families_);
  if (flushed.ok() || flushed.IsNoSpace()) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("closing the log: ", flushed.ToString()));
}

absl::Status LogDatabase::Close() {
  if (db_ == nullptr) return absl::OkStatus();
  rocksdb::Status closed;
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    rocksdb::Status status = db_->DestroyColumnFamilyHandle(family);
    if (closed.ok()) closed = status;
  }
  families_.clear();
  rocksdb::Status status = db_->Close();
  if (closed.ok()) closed = status;
  db_.reset();
  if (closed.ok()) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("closing the log: ", closed.ToString()));
}

rocksdb::Status LogDatabase::OpenFiles(const rocksdb::DBOptions& options,
                                       const std::string& directory) {
  rocksdb::DB* db = nullptr;
  rocksdb::Status opened = rocksdb::DB::Open(options, directory, Families(), &families_, &db);
  db_.reset(db);
  return opened;
}

rocksdb::Status LogDatabase::OpenFilesReadOnly(const rocksdb::DBOptions& options,
                                               const std::string& directory) {
  rocksdb::DB* db = nullptr;
  rocksdb::Status opened =
      rocksdb::DB::OpenForReadOnly(options, directory, Families(), &families_, &db);
  db_.reset(db);
  return opened;
}

absl::StatusOr<std::unique_ptr<LogDatabase>> LogDatabase::Create(const std::string& directory,
                                                                 rocksdb::Env* env,
                                                                 const std::string& log_id) {
  if (IsLogInUse(EnvOr(env), directory)) return InUse(directory);
  rocksdb::DBOptions options = LogDatabaseOptions(env);
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  std::unique_ptr<LogDatabase> database(new LogDatabase());
  if (rocksdb::Status opened = database->OpenFiles(options, directory); !opened.ok()) {
    if (IsLogInUse(EnvOr(env), directory)) return InUse(directory);
    return absl::InternalError(
        absl::StrCat("cannot make a log in ", directory, ": ", opened.ToString()));
  }
  if (absl::Status written = database->WriteIdentity(log_id); !written.ok()) return written;
  if (absl::Status loaded = database->LoadIdentity(directory); !loaded.ok()) return loaded;
  if (absl::Status loaded = database->LoadHead(directory); !loaded.ok()) return loaded;
  return database;
}

absl::StatusOr<std::unique_ptr<LogDatabase>> LogDatabase::Open(const std::string& directory,
                                                               rocksdb::Env* env) {
  if (IsLogInUse(EnvOr(env), directory)) return InUse(directory);
  rocksdb::DBOptions options = LogDatabaseOptions(env);
  std::vector<std::string> names;
  rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(options, directory, &names);
  if (!listed.ok()) return Refusal(listed, directory, env);
  if (!AreOurFamilies(std::move(names))) return NotOurFamilies(directory, env);
  std::unique_ptr<LogDatabase> database(new LogDatabase());
  rocksdb::Status opened = database->OpenFiles(options, directory);
  if (!opened.ok()) return Refusal(opened, directory, env);
  if (absl::Status loaded = database->LoadIdentity(directory); !loaded.ok()) return loaded;
  if (absl::Status loaded = database->LoadHead(directory); !loaded.ok()) return loaded;
  return database;
}

absl::StatusOr<std::unique_ptr<LogDatabase>> LogDatabase::OpenForReading(
    const std::string& directory, rocksdb::Env* env) {
  rocksdb::DBOptions options = LogDatabaseOptions(env);
  options.info_log = std::make_shared<SilentLogger>();
  // Whoever writes may remove a file any time: all of them stay open from the start.
  options.max_open_files = -1;
  std::unique_ptr<LogDatabase> database(new LogDatabase());
  rocksdb::Status opened;
  for (int attempt = 0; attempt < kOpenAttempts; ++attempt) {
    opened = database->OpenFilesReadOnly(options, directory);
    // A file that the manifest named was removed before it was opened: the next try reads a
    // newer manifest.
    if (!IsDamage(opened) && !opened.IsIOError()) break;
  }
  if (opened.IsInvalidArgument()) return NotOurFamilies(directory, env);
  if (!opened.ok()) return Refusal(opened, directory, env);
  if (absl::Status loaded = database->LoadIdentity(directory); !loaded.ok()) return loaded;
  if (absl::Status loaded = database->LoadHead(directory); !loaded.ok()) return loaded;
  return database;
}

absl::Status LogDatabase::Refusal(const rocksdb::Status& cause, const std::string& directory,
                                  rocksdb::Env* env) {
  if (IsLogInUse(EnvOr(env), directory)) return InUse(directory);
  if (IsDamage(cause)) {
    return absl::DataLossError(absl::StrCat("the log in ", directory,
                                            " is damaged: ", cause.ToString(), "; ",
                                            DescribeReadable(directory, env)));
  }
  return absl::InternalError(
      absl::StrCat("cannot open the log in ", directory, ": ", cause.ToString()));
}

std::string LogDatabase::DescribeReadable(const std::string& directory, rocksdb::Env* env) {
  rocksdb::DBOptions options = LogDatabaseOptions(env);
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.info_log = std::make_shared<SilentLogger>();
  LogDatabase database;
  constexpr const char* kUnknown = "how far it can be read is not known";
  if (!database.OpenFilesReadOnly(options, directory).ok()) return kUnknown;
  absl::StatusOr<Position> last = database.LastPosition();
  if (!last.ok()) return kUnknown;
  return absl::StrCat("it can be read up to position ", *last);
}

absl::Status LogDatabase::WriteIdentity(const std::string& wanted_id) {
  if (ReadMeta(kFormatKey).ok()) return absl::OkStatus();
  if (!wanted_id.empty() && !IsLogId(wanted_id)) {
    return absl::InvalidArgumentError("a log id is 32 lower-case hexadecimal digits");
  }
  absl::StatusOr<std::string> log_id = wanted_id;
  if (wanted_id.empty()) log_id = NewLogId();
  if (!log_id.ok()) return log_id.status();
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* meta = families_[1];
  rocksdb::Status status = batch.Put(meta, AsSlice(kFormatKey), AsSlice(kLogFormat));
  if (status.ok()) status = batch.Put(meta, AsSlice(kLogIdKey), *log_id);
  if (status.ok()) status = batch.Put(meta, AsSlice(kHeadKey), Be64(0));
  if (status.ok()) status = db_->Write(SyncedWrite(), &batch);
  // Into a file, so that a log that lost its write-ahead log still says whose it is.
  if (status.ok()) status = db_->Flush(rocksdb::FlushOptions(), meta);
  if (status.ok()) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("writing a new log's identity: ", status.ToString()));
}

absl::StatusOr<std::string> LogDatabase::ReadMeta(std::string_view key) const {
  std::string value;
  rocksdb::Status read = db_->Get(rocksdb::ReadOptions(), families_[1], AsSlice(key), &value);
  if (read.IsNotFound()) return absl::NotFoundError("it is missing");
  if (!read.ok()) return absl::DataLossError(read.ToString());
  return value;
}

absl::Status LogDatabase::LoadIdentity(const std::string& directory) {
  absl::StatusOr<std::string> format = ReadMeta(kFormatKey);
  if (absl::IsNotFound(format.status())) return NotALog(directory);
  absl::StatusOr<std::string> log_id = ReadMeta(kLogIdKey);
  if (!format.ok() || !log_id.ok() || !IsLogId(*log_id)) {
    return absl::DataLossError(absl::StrCat("the log in ", directory,
                                            " is damaged: its identity cannot be read; ",
                                            DescribeReadable(directory, db_->GetEnv())));
  }
  if (*format != kLogFormat) {
    return absl::FailedPreconditionError(absl::StrCat("the log in ", directory, " has the format '",
                                                      *format, "'; this program knows '",
                                                      std::string(kLogFormat), "'"));
  }
  log_id_ = *log_id;
  return absl::OkStatus();
}

absl::Status LogDatabase::LoadHead(const std::string& directory) {
  absl::StatusOr<Position> last = LastPosition();
  if (!last.ok()) {
    return absl::DataLossError(absl::StrCat("the log in ", directory,
                                            " is damaged: ", std::string(last.status().message()),
                                            "; how far it can be read is not known"));
  }
  absl::StatusOr<std::string> head = ReadMeta(kHeadKey);
  const bool readable = head.ok() && head->size() == sizeof(Position);
  if (!readable || FromBe64(*head) != *last) {
    return absl::DataLossError(
        absl::StrCat("the log in ", directory, " is damaged: its recorded head is ",
                     readable ? absl::StrCat(FromBe64(*head)) : std::string("lost"),
                     "; it can be read up to position ", *last));
  }
  head_ = *last;
  return absl::OkStatus();
}

absl::StatusOr<Position> LogDatabase::LastPosition() const {
  std::unique_ptr<rocksdb::Iterator> iterator(
      db_->NewIterator(rocksdb::ReadOptions(), families_[0]));
  iterator->SeekToLast();
  if (!iterator->status().ok()) return absl::DataLossError(iterator->status().ToString());
  if (!iterator->Valid()) return 0;
  if (!IsPosition(iterator->key())) return absl::DataLossError("a key is not a position");
  const Position last = FromBe64(iterator->key().ToStringView());
  // What sorts before record 1 is met by nobody who reads records. A first block that cannot be
  // read is found by the read that meets it.
  iterator->SeekToFirst();
  if (iterator->Valid() && !IsPosition(iterator->key())) {
    return absl::DataLossError("what comes before the first record is not a record");
  }
  return last;
}

rocksdb::Status LogDatabase::Append(Position head, std::span<const std::string_view> records) {
  constexpr size_t kBytesPerKey = 16;
  size_t bytes = 0;
  for (std::string_view record : records) bytes += record.size() + kBytesPerKey;
  rocksdb::WriteBatch batch(bytes, /*max_bytes=*/0, kProtectionBytesPerKey,
                            /*default_cf_ts_sz=*/0);
  for (std::string_view record : records) {
    rocksdb::Status status = batch.Put(families_[0], Be64(++head), AsSlice(record));
    if (!status.ok()) return status;
  }
  rocksdb::Status status = batch.Put(families_[1], AsSlice(kHeadKey), Be64(head));
  if (!status.ok()) return status;
  return db_->Write(SyncedWrite(), &batch);
}

}  // namespace billing::eventstore
