#include "eventstore/rocksdb/log_directory.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "eventstore/file/file.h"

namespace billing::eventstore {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUnfinishedMark = "UNFINISHED";

absl::Status Failed(const char* what, const std::string& path, std::error_code error) {
  return absl::InternalError(absl::StrCat("cannot ", what, " ", path, ": ", error.message()));
}

// What RocksDB writes beside CURRENT, and nobody else.
bool IsOfRocksdb(const std::string& name) {
  return name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-");
}

// RocksDB says only in words what kept it from locking. A file that it may not open, or that is
// none, is nobody's lock.
bool IsHeldByAnother(const rocksdb::Status& refused) {
  const std::string words = refused.ToString();
  return absl::StrContains(words, std::generic_category().message(EAGAIN)) ||
         absl::StrContains(words, "lock hold by current process");
}

}  // namespace

absl::StatusOr<LogDirectoryContent> InspectLogDirectory(const std::string& directory) {
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (status.type() == fs::file_type::not_found) return LogDirectoryContent::kNothing;
  if (error) return Failed("look at", directory, error);
  if (!fs::is_directory(status)) return LogDirectoryContent::kForeign;

  bool empty = true;
  bool database = false;
  bool remains = false;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (name == kUnfinishedMark) return LogDirectoryContent::kUnfinished;
    // The root of a file system of its own is not empty. And before the mark nothing is made: when
    // the power went meanwhile, what was begun of it is all there is.
    if (name != "lost+found" && name != BegunName(kUnfinishedMark)) empty = false;
    if (name == "CURRENT") database = true;
    if (IsOfRocksdb(name.string())) remains = true;
  }
  if (error) return Failed("list", directory, error);
  if (empty) return LogDirectoryContent::kNothing;
  if (database) return LogDirectoryContent::kDatabase;
  return remains ? LogDirectoryContent::kNoCurrent : LogDirectoryContent::kForeign;
}

absl::Status MarkLogUnfinished(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return Failed("make", directory, error);
  if (absl::Status synced = SyncDirectory(DirectoryOf(directory)); !synced.ok()) return synced;
  return CreateFile(directory + "/" + kUnfinishedMark, "a billingd log is being made here\n");
}

absl::Status MarkLogFinished(const std::string& directory) {
  std::error_code error;
  fs::remove(directory + "/" + kUnfinishedMark, error);
  if (error) return Failed("remove the mark in", directory, error);
  return SyncDirectory(directory);
}

bool IsLogInUse(rocksdb::Env& env, const std::string& directory) {
  const std::string path = directory + "/LOCK";
  // Without the file nobody has it open; locking would make it.
  if (!env.FileExists(path).ok()) return false;
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status locked = env.LockFile(path, &lock);
  if (!locked.ok()) return IsHeldByAnother(locked);
  env.UnlockFile(lock);
  return false;
}

}  // namespace billing::eventstore
