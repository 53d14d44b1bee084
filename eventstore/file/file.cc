#include "eventstore/file/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace billing::eventstore {
namespace {

constexpr uint32_t kOthersMask = 077;

absl::Status SystemError(const char* call, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(call, " ", path));
}

int OpenDescriptor(const std::string& path, int flags) {
  int descriptor;
  do {
    descriptor = open(path.c_str(), flags | O_CLOEXEC, 0600);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

}  // namespace

absl::StatusOr<File> File::Open(const std::string& path, Access access) {
  // Without O_NONBLOCK a pipe that is only read keeps us until somebody writes to it. Files do not
  // ask for it.
  const int flags = (access == Access::kRead ? O_RDONLY : O_RDWR) | O_NONBLOCK;
  int descriptor = OpenDescriptor(path, flags);
  if (descriptor < 0) return SystemError("open", path);
  return File(descriptor, path);
}

File::File(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  // What had to be durable was synced; a failing close can lose nothing more.
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status File::Failed(const char* call) const { return SystemError(call, path_); }

absl::StatusOr<std::string> File::ReadAt(uint64_t offset, size_t size) const {
  std::string bytes(size, '\0');
  size_t done = 0;
  while (done < size) {
    ssize_t count =
        pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failed("read");
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

absl::Status File::WriteAt(uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failed("write");
    offset += static_cast<uint64_t>(count);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status File::Sync() {
  // fdatasync also writes the length when it has changed.
  if (fdatasync(descriptor_) != 0) return Failed("sync");
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> File::Size() const {
  struct stat status = {};
  if (fstat(descriptor_, &status) != 0) return Failed("stat");
  return static_cast<uint64_t>(status.st_size);
}

absl::StatusOr<bool> File::IsRegular() const {
  struct stat status = {};
  if (fstat(descriptor_, &status) != 0) return Failed("stat");
  return S_ISREG(status.st_mode);
}

absl::StatusOr<uint32_t> File::Permissions() const {
  struct stat status = {};
  if (fstat(descriptor_, &status) != 0) return Failed("stat");
  return static_cast<uint32_t>(status.st_mode & 07777);
}

absl::Status CreateFile(const std::string& path, std::string_view contents) {
  const std::string unfinished = BegunName(path);
  int descriptor = OpenDescriptor(unfinished, O_RDWR | O_CREAT | O_TRUNC);
  if (descriptor < 0) return SystemError("create", unfinished);
  close(descriptor);
  absl::StatusOr<File> file = File::Open(unfinished);
  if (!file.ok()) return file.status();
  if (absl::Status written = file->WriteAt(0, contents); !written.ok()) return written;
  if (absl::Status synced = file->Sync(); !synced.ok()) return synced;
  if (rename(unfinished.c_str(), path.c_str()) != 0) return SystemError("rename", unfinished);
  return SyncDirectory(DirectoryOf(path));
}

std::string BegunName(std::string_view name) { return std::string(name) + ".new"; }

absl::StatusOr<std::string> ReadSecretFile(const std::string& path, size_t size) {
  absl::StatusOr<File> file = File::Open(path, File::Access::kRead);
  if (!file.ok()) return file.status();
  const absl::StatusOr<bool> regular = file->IsRegular();
  if (!regular.ok()) return regular.status();
  if (!*regular) return absl::FailedPreconditionError(absl::StrCat(path, " is not a file"));
  absl::StatusOr<uint32_t> permissions = file->Permissions();
  if (!permissions.ok()) return permissions.status();
  if ((*permissions & kOthersMask) != 0) {
    return absl::FailedPreconditionError(
        absl::StrFormat("%s may be read by others (mode %04o): chmod 600", path, *permissions));
  }
  return file->ReadAt(0, size);
}

absl::Status SyncDirectory(const std::string& path) {
  int descriptor = OpenDescriptor(path, O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return SystemError("open", path);
  absl::Status synced = fsync(descriptor) == 0 ? absl::OkStatus() : SystemError("sync", path);
  close(descriptor);
  return synced;
}

std::string DirectoryOf(const std::string& path) {
  std::string directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

}  // namespace billing::eventstore
