#include "projections/rows/stored_rows.h"

#include <cstdarg>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "projections/rows/database.h"
#include "projections/rows/settings.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/iterator.h"

namespace billing::projections {
namespace {

constexpr size_t kBlockCacheBytes = size_t{8} << 20;
constexpr size_t kReadaheadBytes = size_t{2} << 20;
constexpr int kOpenAttempts = 5;

// Says nothing, and so leaves no file in a directory that is only looked at.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

class StoredCursor final : public Cursor {
 public:
  explicit StoredCursor(std::unique_ptr<rocksdb::Iterator> row) : row_(std::move(row)) {
    row_->Seek(kFirstKey);
  }

  bool Valid() const override { return row_->Valid(); }
  std::string_view Key() const override { return row_->key().ToStringView(); }
  Change Row() const override { return Change{row_->value().ToStringView()}; }
  void Next() override { row_->Next(); }
  absl::Status status() const override { return ToStatus(row_->status(), "cannot read the rows"); }

 private:
  const std::unique_ptr<rocksdb::Iterator> row_;
};

class RocksdbStoredRows final : public StoredRows {
 public:
  RocksdbStoredRows(std::unique_ptr<rocksdb::DB> db, Border border)
      : db_(std::move(db)), border_(std::move(border)) {}

  uint64_t position() const override { return border_.position; }
  const std::string& mark() const override { return border_.mark; }
  std::unique_ptr<Cursor> Rows() const override {
    rocksdb::ReadOptions options;
    options.verify_checksums = true;
    options.fill_cache = false;
    options.readahead_size = kReadaheadBytes;
    return std::make_unique<StoredCursor>(
        std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options)));
  }

 private:
  const std::unique_ptr<rocksdb::DB> db_;
  const Border border_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<StoredRows>> StoredRows::Open(const std::string& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory + "/CURRENT", error)) {
    return absl::NotFoundError(absl::StrCat("there are no views in ", directory));
  }
  rocksdb::Options settings = ViewsSettings(kBlockCacheBytes, kRunsToMergeServing, nullptr);
  settings.info_log = std::make_shared<SilentLogger>();
  // Merges remove files any time: all of them stay open from the start.
  settings.max_open_files = -1;
  rocksdb::DB* db = nullptr;
  rocksdb::Status opened;
  for (int attempt = 0; attempt < kOpenAttempts && db == nullptr; ++attempt) {
    opened = rocksdb::DB::OpenForReadOnly(settings, directory, &db);
  }
  if (!opened.ok()) return ToStatus(opened, absl::StrCat("cannot open ", directory));
  std::unique_ptr<rocksdb::DB> owned(db);
  auto border = ReadBorderOf(*owned);
  if (!border.ok()) return border.status();
  return std::make_unique<RocksdbStoredRows>(std::move(owned), *std::move(border));
}

}  // namespace billing::projections
