#include "projections/rows/database.h"

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "projections/rows/row_store.h"
#include "projections/rows/settings.h"
#include "rocksdb/env.h"

namespace billing::projections {
namespace {

// With more unmerged runs than this for each that calls for a merge, reads get slow and merging
// expensive.
constexpr uint64_t kUnmergedRunsMaxPerRunToMerge = 2;

constexpr char kBorderFormat = 1;
constexpr size_t kBorderHeaderBytes = 1 + sizeof(uint64_t);

std::filesystem::path RunDirectory(const std::string& directory) {
  return std::filesystem::path(directory) / "run";
}

absl::Status FileStatus(const std::error_code& error, absl::string_view what,
                        const std::filesystem::path& path) {
  if (!error) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("views: ", what, " ", path.string(), ": ", error.message()));
}

// Durable when it returns: a database whose name is lost with the power is built anew.
absl::Status MakeDirectory(const std::filesystem::path& directory) {
  std::error_code error;
  const bool is_new = std::filesystem::create_directories(directory, error);
  if (error) return FileStatus(error, "cannot make", directory);
  if (!is_new) return absl::OkStatus();
  const std::string parent = directory.has_parent_path() ? directory.parent_path().string() : ".";
  return ToStatus(SyncNamesIn(*rocksdb::Env::Default(), parent),
                  absl::StrCat("cannot sync ", parent));
}

// REQUIRES: the database is locked; the directory may belong to another process else.
absl::Status EmptyRunDirectory(const std::string& directory) {
  const std::filesystem::path runs = RunDirectory(directory);
  std::error_code error;
  std::filesystem::remove_all(runs, error);
  if (error) return FileStatus(error, "cannot remove", runs);
  std::filesystem::create_directory(runs, error);
  return FileStatus(error, "cannot make", runs);
}

absl::StatusOr<Border> DecodeBorder(std::string_view bytes) {
  if (bytes.size() < kBorderHeaderBytes || bytes.front() != kBorderFormat) {
    return absl::DataLossError("views: the border row is not of a known format");
  }
  Border border;
  for (const char byte : bytes.substr(1, sizeof(uint64_t))) {
    border.position = border.position << 8 | static_cast<unsigned char>(byte);
  }
  border.mark = bytes.substr(kBorderHeaderBytes);
  return border;
}

}  // namespace

std::string EncodeBorder(const Border& border) {
  std::string bytes(1, kBorderFormat);
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(border.position >> shift & 0xFF));
  }
  return bytes + border.mark;
}

absl::StatusOr<std::shared_ptr<Database>> Database::Open(const std::string& directory,
                                                         size_t block_cache_bytes,
                                                         int runs_to_merge, rocksdb::Env* env) {
  if (absl::Status made = MakeDirectory(directory); !made.ok()) return made;
  const auto errors = std::make_shared<BackgroundErrors>();
  rocksdb::Options settings = ViewsSettings(block_cache_bytes, runs_to_merge, env);
  settings.listeners.push_back(errors);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(settings, directory, &db);
  if (!opened.ok()) return ToStatus(opened, absl::StrCat("cannot open ", directory));
  std::shared_ptr<Database> database(new Database(directory, std::move(settings), runs_to_merge,
                                                  errors, std::unique_ptr<rocksdb::DB>(db)));
  if (absl::Status status = EmptyRunDirectory(directory); !status.ok()) return status;
  return database;
}

Database::Database(std::string directory, rocksdb::Options settings, int runs_to_merge,
                   std::shared_ptr<BackgroundErrors> errors, std::unique_ptr<rocksdb::DB> db)
    : directory_(std::move(directory)),
      settings_(std::move(settings)),
      runs_to_merge_(runs_to_merge),
      errors_(std::move(errors)),
      db_(std::move(db)) {}

// Whoever wants the status has called Close; there is nothing left to write.
Database::~Database() = default;

absl::StatusOr<Border> ReadBorderOf(rocksdb::DB& db) {
  const std::unique_ptr<rocksdb::Iterator> first(db.NewIterator(rocksdb::ReadOptions()));
  first->SeekToFirst();
  if (!first->Valid()) {
    if (!first->status().ok()) return ToStatus(first->status(), "cannot read the border row");
    return Border{};
  }
  if (first->key().ToStringView() != kBorderKey) {
    return absl::DataLossError(absl::StrCat("views: ", db.GetName(), " has rows, but no border"));
  }
  return DecodeBorder(first->value().ToStringView());
}

absl::StatusOr<bool> Database::HasRoomForRun() const {
  const rocksdb::Status failed = errors_->first();
  if (!failed.ok()) return ToStatus(failed, "merging runs has failed");
  if (errors_->TakeMergeWithoutSpace()) {
    return absl::ResourceExhaustedError("views: no space to merge runs in " + directory_);
  }
  return UnmergedRuns() <= kUnmergedRunsMaxPerRunToMerge * static_cast<uint64_t>(runs_to_merge());
}

uint64_t Database::UnmergedRuns() const {
  std::string files;
  uint64_t count = 0;
  [[maybe_unused]] const bool known =
      db_->GetProperty(rocksdb::DB::Properties::kNumFilesAtLevelPrefix + "0", &files) &&
      absl::SimpleAtoi(files, &count);
  assert(known && "RocksDB always has a level 0");
  return count;
}

uint64_t Database::BytesMergedPerRun() const {
  uint64_t bytes = 0;
  [[maybe_unused]] const bool known =
      db_->GetIntProperty(rocksdb::DB::Properties::kLiveSstFilesSize, &bytes);
  assert(known && "RocksDB always knows its files");
  return std::min(bytes, settings_.max_bytes_for_level_base) /
         static_cast<uint64_t>(runs_to_merge());
}

std::string Database::RunFile() const { return RunDirectory(directory_) / "run.sst"; }

absl::Status Database::SetRunsToMerge(int runs) {
  absl::Status set =
      ToStatus(db_->SetOptions({{"level0_file_num_compaction_trigger", absl::StrCat(runs)}}),
               "cannot change when runs are merged");
  if (set.ok()) runs_to_merge_ = runs;
  return set;
}

absl::Status Database::PauseMerges() {
  return ToStatus(db_->PauseBackgroundWork(), "cannot pause merging");
}

absl::Status Database::ContinueMerges() {
  return ToStatus(db_->ContinueBackgroundWork(), "cannot go on merging");
}

absl::Status Database::Resume() {
  const rocksdb::Status failed = errors_->first();
  if (failed.ok()) return absl::OkStatus();
  // Any other error may have left files that are not what RocksDB believes.
  if (!failed.IsNoSpace()) return ToStatus(failed, "writing has failed");
  if (rocksdb::Status resumed = db_->Resume(); !resumed.ok()) {
    return ToStatus(resumed, "cannot go on after the disk was full");
  }
  errors_->Forget();
  return absl::OkStatus();
}

absl::Status Database::Close() { return ToStatus(db_->Close(), "cannot close"); }

absl::Status DestroyRowStore(const std::string& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory, error)) {
    return FileStatus(error, "cannot look for", directory);
  }
  const rocksdb::Status destroyed = rocksdb::DestroyDB(directory, rocksdb::Options());
  if (!destroyed.ok()) return ToStatus(destroyed, absl::StrCat("cannot remove ", directory));
  std::filesystem::remove_all(RunDirectory(directory), error);
  if (error) return FileStatus(error, "cannot remove", RunDirectory(directory));
  // Stays when somebody else's files are in it.
  std::filesystem::remove(directory, error);
  if (error == std::errc::directory_not_empty) return absl::OkStatus();
  return FileStatus(error, "cannot remove", directory);
}

}  // namespace billing::projections
