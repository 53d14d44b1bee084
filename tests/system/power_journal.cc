#include "tests/system/power_journal.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

// System calls by number: the C library's names are those that power_loss.cc stands in for.
namespace billing::power_loss {
namespace {

constexpr size_t kCopyBytes = 1 << 20;

// As it stands in the file, followed by both paths and the data.
struct Line {
  Kind kind;
  uint32_t path_bytes;
  uint32_t other_path_bytes;
  uint32_t data_bytes;
  uint64_t number;
  uint64_t inode;
  int64_t offset;
};

int Open(const std::string& path, int flags) {
  const auto descriptor = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (descriptor < 0) GiveUp(std::strerror(errno), path);
  return descriptor;
}

}  // namespace

const char* Setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void GiveUp(const char* what, const std::string& path) {
  dprintf(STDERR_FILENO, "power_loss: %s: %s\n", what, path.c_str());
  abort();
}

Journal& Journal::Get() {
  static Journal journal;
  return journal;
}

Journal::Journal()
    : folder_(Setting("BILLING_POWER_JOURNAL")),
      cut_at_(std::strtoull(Setting("BILLING_POWER_CUT_AT"), nullptr, 10)),
      descriptor_(Open(folder_ + "/journal", O_WRONLY | O_CREAT | O_APPEND)) {}

uint64_t Journal::Begin(const Operation& operation) {
  if (++number_ == cut_at_) kill(getpid(), SIGKILL);
  Write(operation, number_);
  return number_;
}

void Journal::Done(uint64_t number, int64_t result, uint64_t inode) {
  const int error = errno;
  Write({.kind = Kind::kDone, .inode = inode, .offset = result}, number);
  errno = error;
}

void Journal::KeepContents(uint64_t inode, const std::string& path) {
  if (!kept_.insert(inode).second) return;
  const int from = Open(path, O_RDONLY);
  const int to = Open(Beside("base", inode), O_WRONLY | O_CREAT);
  std::string bytes(kCopyBytes, '\0');
  long count = 0;
  while ((count = syscall(SYS_read, from, bytes.data(), bytes.size())) > 0) {
    if (syscall(SYS_write, to, bytes.data(), count) != count) GiveUp("cannot keep", path);
  }
  if (count < 0) GiveUp("cannot keep", path);
  syscall(SYS_close, from);
  syscall(SYS_close, to);
}

void Journal::KeepFile(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return;
  const std::string kept = Beside("kept", status.st_ino);
  const long linked = syscall(SYS_linkat, AT_FDCWD, path.c_str(), AT_FDCWD, kept.c_str(), 0);
  if (linked != 0 && errno != EEXIST) GiveUp("cannot keep", path);
}

std::string Journal::Beside(const char* what, uint64_t inode) const {
  return folder_ + "/" + what + "-" + std::to_string(inode);
}

// In one call, so that only the last line of the file can be half written.
void Journal::Write(const Operation& operation, uint64_t number) {
  const Line line{.kind = operation.kind,
                  .path_bytes = static_cast<uint32_t>(operation.path.size()),
                  .other_path_bytes = static_cast<uint32_t>(operation.other_path.size()),
                  .data_bytes = static_cast<uint32_t>(operation.data.size()),
                  .number = number,
                  .inode = operation.inode,
                  .offset = operation.offset};
  std::string head(reinterpret_cast<const char*>(&line), sizeof(line));
  head += operation.path + operation.other_path;
  const std::array<iovec, 2> parts = {
      iovec{head.data(), head.size()},
      iovec{const_cast<char*>(operation.data.data()), operation.data.size()}};
  const auto all = static_cast<long>(head.size() + operation.data.size());
  if (syscall(SYS_writev, descriptor_, parts.data(), parts.size()) != all) {
    GiveUp("cannot write the journal", folder_);
  }
}

}  // namespace billing::power_loss
