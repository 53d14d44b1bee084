#include "server/data_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/file/file.h"
#include "eventstore/integrity/anchor.h"
#include "fmt/format.h"
#include "projections/rows/views_folder.h"

namespace billing::server {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kOurs = {"log", "anchor", "keys"};
// On a file system of its own a directory is never quite empty.
constexpr std::string_view kLostAndFound = "lost+found";
constexpr mode_t kOwnerOnly = 0700;
constexpr mode_t kOthers = 0077;

absl::Status Refusal(const std::string& path, std::string_view why) {
  return absl::FailedPreconditionError(fmt::format("data directory {} {}", path, why));
}

absl::StatusOr<bool> IsThere(const fs::path& path) {
  std::error_code error;
  const bool is_there = fs::exists(path, error);
  if (error) return Refusal(path, absl::StrCat("cannot be made: ", error.message()));
  return is_there;
}

// With every folder above it that is missing. Durable when it returns: else all that is synced
// inside could lose its name with the power. REQUIRES: an absolute path, no slash at its end.
absl::Status Make(const fs::path& path) {
  const fs::path parent = path.parent_path();
  auto is_there = IsThere(parent);
  if (is_there.ok() && !*is_there) {
    const absl::Status made = Make(parent);
    if (!made.ok()) return made;
  }
  // `a/..` is, once `a` is made.
  if (is_there.ok()) is_there = IsThere(path);
  if (!is_there.ok()) return is_there.status();
  if (*is_there) return absl::OkStatus();
  if (mkdir(path.c_str(), kOwnerOnly) != 0) {
    return Refusal(path, absl::StrCat("cannot be made: ", std::strerror(errno)));
  }
  const absl::Status synced = eventstore::SyncDirectory(parent);
  if (synced.ok()) return synced;
  return Refusal(path, absl::StrCat("cannot be made durable: ", std::string(synced.message())));
}

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  if (error) return Refusal(path, absl::StrCat("cannot be made: ", error.message()));
  return Make(whole.has_filename() ? whole : whole.parent_path());
}

bool IsOurs(std::string_view name) {
  // Of the anchor a first start that was interrupted may have left what it had begun.
  return std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end() ||
         name == eventstore::BegunName("anchor") || projections::ViewsFolder::IsOurs(name);
}

// Ours or empty.
absl::Status CheckContent(const std::string& path) {
  std::error_code error;
  fs::directory_iterator entries(path, error);
  if (error) return Refusal(path, absl::StrCat("cannot be read: ", error.message()));
  for (; entries != fs::directory_iterator(); entries.increment(error)) {
    if (error) break;
    const std::string name = entries->path().filename().string();
    if (name == kLostAndFound) continue;
    if (!IsOurs(name)) {
      return Refusal(path, absl::StrCat("holds ", name,
                                        ", which is not billingd's: name an "
                                        "empty directory or billingd's own"));
    }
  }
  if (error) return Refusal(path, absl::StrCat("cannot be read: ", error.message()));
  return absl::OkStatus();
}

absl::Status LogMissing(const std::string& log_id, uint64_t size) {
  return absl::DataLossError(
      absl::StrCat("the log is missing: the anchor names log ", log_id, ", ",
                   size == 0 ? "which held no records; without its anchor, keys and views there "
                               "can be a new one"
                             : absl::StrCat("whose positions 1 to ", size, " are missing")));
}

// Paths of all views databases: the live one, one that is being built, what is left of others.
absl::StatusOr<std::vector<std::string>> ViewsIn(const std::string& path) {
  std::vector<std::string> found;
  std::error_code error;
  fs::directory_iterator entries(path, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const bool is_views = projections::ViewsFolder::IsOurs(entries->path().filename().string());
    if (is_views && entries->is_directory(error)) found.push_back(entries->path().string());
    if (error) break;
  }
  if (error) return Refusal(path, absl::StrCat("cannot be read: ", error.message()));
  return found;
}

// Takes what group and others may do away from the folders that are there already.
absl::Status Tighten(const DataDirectory& directory) {
  auto folders = ViewsIn(directory.path);
  if (!folders.ok()) return folders.status();
  folders->push_back(directory.log());
  folders->push_back(directory.keys());
  for (const std::string& folder : *folders) {
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0) {
      if (errno == ENOENT) continue;
      return Refusal(folder, absl::StrCat("cannot be opened: ", std::strerror(errno)));
    }
    if ((status.st_mode & kOthers) == 0) continue;
    if (chmod(folder.c_str(), kOwnerOnly) != 0) {
      return Refusal(folder, absl::StrCat("is open to others and cannot be closed to them: ",
                                          std::strerror(errno)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DataDirectory> OpenDataDirectory(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT)
      return Refusal(path, absl::StrCat("cannot be opened: ", std::strerror(errno)));
    const absl::Status made = MakeDirectory(path);
    if (!made.ok()) return made;
  } else if (!S_ISDIR(status.st_mode)) {
    return Refusal(path, "is not a directory");
  }
  if (access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return Refusal(path, absl::StrCat("cannot be written: ", std::strerror(errno)));
  }
  const absl::Status content = CheckContent(path);
  if (!content.ok()) return content;
  DataDirectory directory{.path = path};
  const absl::Status tightened = Tighten(directory);
  if (!tightened.ok()) return tightened;
  return directory;
}

absl::Status CheckNothingLeft(const DataDirectory& directory, bool without_views) {
  const auto anchor = eventstore::Anchor::Open(directory.anchor(), /*create=*/false);
  if (!anchor.ok() && !absl::IsNotFound(anchor.status())) return anchor.status();
  if (anchor.ok()) {
    const auto state = (*anchor)->Load();
    if (!state.ok()) return state.status();
    if (*state) return LogMissing((*state)->log_id, (*state)->size);
  }
  std::vector<std::string> leftovers = {directory.keys() + "/data.keys"};
  if (!without_views) {
    const auto views = ViewsIn(directory.path);
    if (!views.ok()) return views.status();
    for (const std::string& folder : *views) leftovers.push_back(folder + "/CURRENT");
  }
  std::error_code error;
  for (const std::string& made : leftovers) {
    if (fs::exists(made, error)) {
      return absl::DataLossError(
          absl::StrCat("the log is missing: ", made, " was made for one, and there is none"));
    }
    if (error) return Refusal(directory.path, absl::StrCat("cannot be read: ", error.message()));
  }
  return absl::OkStatus();
}

}  // namespace billing::server
