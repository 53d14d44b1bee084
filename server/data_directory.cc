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

#include "absl/strings/str_cat.h"
#include "fmt/format.h"

namespace billing::server {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kOurs = {"log", "anchor", "keys", "views"};
// On a file system of its own a directory is never quite empty.
constexpr std::string_view kLostAndFound = "lost+found";
constexpr mode_t kOwnerOnly = 0700;

absl::Status Refusal(const std::string& path, std::string_view why) {
  return absl::FailedPreconditionError(fmt::format("data directory {} {}", path, why));
}

absl::Status Make(const std::string& path) {
  std::error_code error;
  const fs::path parent = fs::absolute(path, error).parent_path();
  if (!error) fs::create_directories(parent, error);
  if (error) return Refusal(path, absl::StrCat("cannot be made: ", error.message()));
  if (mkdir(path.c_str(), kOwnerOnly) == 0) return absl::OkStatus();
  return Refusal(path, absl::StrCat("cannot be made: ", std::strerror(errno)));
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
    if (std::find(kOurs.begin(), kOurs.end(), name) == kOurs.end()) {
      return Refusal(path, absl::StrCat("holds ", name,
                                        ", which is not billingd's: name an "
                                        "empty directory or billingd's own"));
    }
  }
  if (error) return Refusal(path, absl::StrCat("cannot be read: ", error.message()));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DataDirectory> OpenDataDirectory(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT)
      return Refusal(path, absl::StrCat("cannot be opened: ", std::strerror(errno)));
    const absl::Status made = Make(path);
    if (!made.ok()) return made;
  } else if (!S_ISDIR(status.st_mode)) {
    return Refusal(path, "is not a directory");
  }
  if (access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return Refusal(path, absl::StrCat("cannot be written: ", std::strerror(errno)));
  }
  const absl::Status content = CheckContent(path);
  if (!content.ok()) return content;
  return DataDirectory{.path = path};
}

absl::Status ExplainForeignKeys(const absl::Status& refusal, const eventstore::EventLog& log,
                                const eventstore::Anchor& anchor) {
  const auto state = anchor.Load();
  if (!state.ok() || !*state || (*state)->log_id == log.LogId() || (*state)->size == 0) {
    return refusal;
  }
  return absl::DataLossError(
      absl::StrCat("the log is another one than it was: the anchor names log ", (*state)->log_id,
                   " with positions 1 to ", (*state)->size, ", which are missing; this is log ",
                   log.LogId(), " with ", log.Head(), " records"));
}

}  // namespace billing::server
