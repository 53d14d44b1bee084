#include "eventstore/file/disk_space.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace billing::eventstore {
namespace {

// What a database takes besides what is to be written.
constexpr uint64_t kBytesBesides = uint64_t{16} << 20;

// `path` itself, or the nearest folder above it that is there.
std::filesystem::path NearestThatExists(const std::string& path) {
  std::error_code error;
  std::filesystem::path there = std::filesystem::absolute(path, error);
  while (!std::filesystem::exists(there, error) && there.has_relative_path()) {
    there = there.parent_path();
  }
  return there;
}

}  // namespace

absl::StatusOr<uint64_t> FreeBytes(const std::string& path) {
  struct statvfs disk {};
  if (statvfs(path.c_str(), &disk) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("statvfs ", path));
  }
  return uint64_t{disk.f_bavail} * disk.f_frsize;
}

absl::Status CheckSpaceForDatabase(const std::string& path, uint64_t bytes,
                                   std::string_view purpose) {
  const absl::StatusOr<uint64_t> free = FreeBytes(NearestThatExists(path).string());
  if (!free.ok()) return free.status();
  const uint64_t needed = bytes > UINT64_MAX - kBytesBesides ? UINT64_MAX : bytes + kBytesBesides;
  if (*free >= needed) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("there is too little disk space ",
                                                   std::string(purpose), ": ", *free,
                                                   " bytes are free, ", needed, " are needed"));
}

}  // namespace billing::eventstore
