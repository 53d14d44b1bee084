// Preloaded into a server by tests: a journal of what it does to the files of one folder, from
// which power_loss.py makes what a disk would hold after a loss of power at any moment.
//
//   BILLING_POWER_ROOT     the folder; an absolute path without links
//   BILLING_POWER_JOURNAL  an existing folder outside of it, on the same file system
//   BILLING_POWER_STRIP    a sync of anything with this in its path does nothing and reports
//                          success, as a disk does that lies
//   BILLING_POWER_CUT_AT   the process ends, as by kill -9, before the operation of this number
//
// Every write, change of length and change of a name stands in the journal before it happens, and
// is noted as done behind it, one at a time; a sync is noted when it returns. What is overwritten
// or removed is kept beside the journal first. What passes by other names of the C library is not
// seen here: power_loss.py finds it by comparing the journal with the files. What makes durable,
// or changes, in ways that are not known here ends the process.
#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>

#include "tests/system/power_journal.h"

namespace {

using billing::power_loss::GiveUp;
using billing::power_loss::Journal;
using billing::power_loss::Kind;
using billing::power_loss::kNoInode;
using billing::power_loss::Operation;
using billing::power_loss::Setting;
using Lock = std::lock_guard<std::mutex>;

constexpr size_t kDescriptorsMax = 1 << 16;

// kNoInode for what is not of the folder.
std::array<std::atomic<uint64_t>, kDescriptorsMax> inode_of_descriptor;

// No memory is asked for before a path is known to be of the folder: the allocator opens files.
bool IsOfRoot(const char* path) {
  static const char* const root = Setting("BILLING_POWER_ROOT");
  static const size_t length = std::strlen(root);
  if (length == 0 || std::strncmp(path, root, length) != 0) return false;
  return path[length] == '/' || path[length] == '\0';
}

std::string PathOf(int descriptor) {
  std::array<char, 4'096> target;
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = readlink(link.c_str(), target.data(), target.size());
  return {target.data(), static_cast<size_t>(std::max<ssize_t>(length, 0))};
}

// Empty when it is neither the root nor below it.
std::string Watched(int folder, const char* path) {
  if (path[0] == '/' || folder == AT_FDCWD) return IsOfRoot(path) ? path : std::string();
  const std::string whole = PathOf(folder) + "/" + path;
  return IsOfRoot(whole.c_str()) ? whole : std::string();
}

// Nothing when the descriptor is of something else now, and nobody was told.
uint64_t WatchedInode(int descriptor) {
  const auto index = static_cast<size_t>(descriptor);
  if (descriptor < 0 || index >= kDescriptorsMax || inode_of_descriptor[index] == kNoInode) {
    return kNoInode;
  }
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && status.st_ino == inode_of_descriptor[index]) {
    return status.st_ino;
  }
  inode_of_descriptor[index] = kNoInode;
  return kNoInode;
}

// Carries an operation out between its two lines. REQUIRES: one_at_a_time().
template <class Call>
auto Carry(const Operation& operation, Call call) {
  Journal& journal = Journal::Get();
  const uint64_t number = journal.Begin(operation);
  const auto result = call();
  journal.Done(number, static_cast<int64_t>(result), operation.inode);
  return result;
}

void Watch(int descriptor) {
  struct stat status {};
  if (descriptor < 0 || fstat(descriptor, &status) != 0) return;
  if (static_cast<size_t>(descriptor) >= kDescriptorsMax) {
    GiveUp("too many descriptors", PathOf(descriptor));
  }
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return;
  inode_of_descriptor[static_cast<size_t>(descriptor)] = status.st_ino;
}

int RawOpen(int folder, const char* path, int flags, mode_t mode) {
  return static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
}

int MakeFile(const std::string& path, int flags, mode_t mode) {
  Journal& journal = Journal::Get();
  const uint64_t number = journal.Begin({.kind = Kind::kCreate, .path = path});
  const int descriptor = RawOpen(AT_FDCWD, path.c_str(), flags, mode);
  struct stat status {};
  if (descriptor >= 0 && fstat(descriptor, &status) == 0) journal.Made(status.st_ino);
  journal.Done(number, descriptor, status.st_ino);
  return descriptor;
}

int Open(int folder, const char* name, int flags, mode_t mode) {
  const std::string path = Watched(folder, name);
  if (path.empty()) return RawOpen(folder, name, flags, mode);
  const bool written = (flags & O_ACCMODE) != O_RDONLY;
  if (written && (flags & (O_DSYNC | O_SYNC)) != 0) GiveUp("opened with O_SYNC", path);
  if ((flags & O_TMPFILE) == O_TMPFILE) GiveUp("opened with O_TMPFILE", path);
  const Lock lock(Journal::Get().one_at_a_time());
  struct stat status {};
  const bool is_there = lstat(path.c_str(), &status) == 0;
  int descriptor = -1;
  if (!is_there && (flags & O_CREAT) != 0) {
    descriptor = MakeFile(path, flags, mode);
  } else if (is_there && written && (flags & O_TRUNC) != 0) {
    Journal::Get().KeepContents(status.st_ino, path);
    descriptor = Carry({.kind = Kind::kResize, .inode = status.st_ino, .offset = 0},
                       [&] { return RawOpen(AT_FDCWD, path.c_str(), flags, mode); });
  } else {
    descriptor = RawOpen(AT_FDCWD, path.c_str(), flags, mode);
  }
  Watch(descriptor);
  return descriptor;
}

// The mode of an open that has one.
mode_t ModeIn(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

// Where write() writes.
int64_t PlaceOf(int descriptor) {
  if ((fcntl(descriptor, F_GETFL) & O_APPEND) == 0) return lseek(descriptor, 0, SEEK_CUR);
  struct stat status {};
  return fstat(descriptor, &status) == 0 ? status.st_size : -1;
}

template <class Call>
ssize_t Write(int descriptor, uint64_t inode, int64_t offset, std::string_view data, Call call) {
  Journal::Get().KeepContents(inode, "/proc/self/fd/" + std::to_string(descriptor));
  return static_cast<ssize_t>(
      Carry({.kind = Kind::kWrite, .inode = inode, .offset = offset, .data = data}, call));
}

template <class Call>
int Resize(int descriptor, uint64_t inode, int64_t length, Call call) {
  Journal::Get().KeepContents(inode, "/proc/self/fd/" + std::to_string(descriptor));
  return static_cast<int>(Carry({.kind = Kind::kResize, .inode = inode, .offset = length}, call));
}

bool IsStripped(int descriptor) {
  static const std::string strip = Setting("BILLING_POWER_STRIP");
  // A folder counts as what is in it.
  return !strip.empty() && (PathOf(descriptor) + "/").find(strip) != std::string::npos;
}

// What was done before it began is safe once it returns.
int Sync(int descriptor, long call) {
  const uint64_t inode = WatchedInode(descriptor);
  if (inode == kNoInode) return static_cast<int>(syscall(call, descriptor));
  if (IsStripped(descriptor)) return 0;
  uint64_t number = 0;
  {
    const Lock lock(Journal::Get().one_at_a_time());
    number = Journal::Get().Begin({.kind = Kind::kSync, .inode = inode});
  }
  const auto result = static_cast<int>(syscall(call, descriptor));
  const Lock lock(Journal::Get().one_at_a_time());
  Journal::Get().Done(number, result, inode);
  return result;
}

int Remove(int folder, const char* name, bool is_folder) {
  const auto carried_out = [&] {
    return static_cast<int>(syscall(SYS_unlinkat, folder, name, is_folder ? AT_REMOVEDIR : 0));
  };
  const std::string path = Watched(folder, name);
  if (path.empty()) return carried_out();
  const Lock lock(Journal::Get().one_at_a_time());
  if (!is_folder) Journal::Get().KeepFile(path);
  return Carry({.kind = is_folder ? Kind::kRemoveFolder : Kind::kRemove, .path = path},
               carried_out);
}

int MakeFolder(int folder, const char* name, mode_t mode) {
  const std::string path = Watched(folder, name);
  if (path.empty()) return static_cast<int>(syscall(SYS_mkdirat, folder, name, mode));
  Journal& journal = Journal::Get();
  const Lock lock(journal.one_at_a_time());
  const uint64_t number = journal.Begin({.kind = Kind::kMakeFolder, .path = path});
  const auto result = static_cast<int>(syscall(SYS_mkdirat, folder, name, mode));
  struct stat status {};
  if (result == 0 && lstat(path.c_str(), &status) != 0) GiveUp("cannot look at", path);
  journal.Done(number, result, status.st_ino);
  return result;
}

int ChangeTwoNames(Kind kind, int from_folder, const char* from, int to_folder, const char* to) {
  const auto carried_out = [&] {
    return static_cast<int>(syscall(kind == Kind::kLink ? SYS_linkat : SYS_renameat2, from_folder,
                                    from, to_folder, to, 0));
  };
  const std::string path = Watched(from_folder, from);
  const std::string other = Watched(to_folder, to);
  if (path.empty() && other.empty()) return carried_out();
  if (path.empty() || other.empty()) GiveUp("a name that leaves or enters the folder", from);
  const Lock lock(Journal::Get().one_at_a_time());
  if (kind == Kind::kRename) Journal::Get().KeepFile(other);
  return Carry({.kind = kind, .path = path, .other_path = other}, carried_out);
}

int Allocate(int descriptor, int mode, off_t offset, off_t length) {
  const auto carried_out = [&] {
    return static_cast<int>(syscall(SYS_fallocate, descriptor, mode, offset, length));
  };
  if (WatchedInode(descriptor) == kNoInode) return carried_out();
  struct stat status {};
  const bool is_behind_the_end = fstat(descriptor, &status) == 0 && offset >= status.st_size;
  const bool keeps_all =
      mode == FALLOC_FL_KEEP_SIZE ||
      (mode == (FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE) && is_behind_the_end);
  if (!keeps_all) GiveUp("fallocate that changes contents", PathOf(descriptor));
  return carried_out();
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeIn(flags, arguments);
  va_end(arguments);
  return Open(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeIn(flags, arguments);
  va_end(arguments);
  return Open(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeIn(flags, arguments);
  va_end(arguments);
  return Open(folder, path, flags, mode);
}

// What the C library's checking headers make of an open without a mode.
int __open_2(const char* path, int flags) { return Open(AT_FDCWD, path, flags, 0); }
int __open64_2(const char* path, int flags) { return Open(AT_FDCWD, path, flags, 0); }

int close(int descriptor) {
  if (descriptor >= 0 && static_cast<size_t>(descriptor) < kDescriptorsMax) {
    inode_of_descriptor[static_cast<size_t>(descriptor)] = kNoInode;
  }
  return static_cast<int>(syscall(SYS_close, descriptor));
}

ssize_t write(int descriptor, const void* data, size_t size) {
  const auto carried_out = [&] { return syscall(SYS_write, descriptor, data, size); };
  const uint64_t inode = WatchedInode(descriptor);
  if (inode == kNoInode) return carried_out();
  const Lock lock(Journal::Get().one_at_a_time());
  return Write(descriptor, inode, PlaceOf(descriptor), {static_cast<const char*>(data), size},
               carried_out);
}

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
  const auto carried_out = [&] { return syscall(SYS_pwrite64, descriptor, data, size, offset); };
  const uint64_t inode = WatchedInode(descriptor);
  if (inode == kNoInode) return carried_out();
  const Lock lock(Journal::Get().one_at_a_time());
  return Write(descriptor, inode, offset, {static_cast<const char*>(data), size}, carried_out);
}

ssize_t pwrite64(int descriptor, const void* data, size_t size, off_t offset) {
  return pwrite(descriptor, data, size, offset);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  const auto carried_out = [&] { return syscall(SYS_writev, descriptor, parts, count); };
  const uint64_t inode = WatchedInode(descriptor);
  if (inode == kNoInode) return carried_out();
  std::string data;
  for (int i = 0; i < count; ++i) {
    data.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  }
  const Lock lock(Journal::Get().one_at_a_time());
  return Write(descriptor, inode, PlaceOf(descriptor), data, carried_out);
}

int ftruncate(int descriptor, off_t length) {
  const auto carried_out = [&] { return syscall(SYS_ftruncate, descriptor, length); };
  const uint64_t inode = WatchedInode(descriptor);
  if (inode == kNoInode) return static_cast<int>(carried_out());
  const Lock lock(Journal::Get().one_at_a_time());
  return Resize(descriptor, inode, length, carried_out);
}

int ftruncate64(int descriptor, off_t length) { return ftruncate(descriptor, length); }

int fallocate(int descriptor, int mode, off_t offset, off_t length) {
  return Allocate(descriptor, mode, offset, length);
}

int fallocate64(int descriptor, int mode, off_t offset, off_t length) {
  return Allocate(descriptor, mode, offset, length);
}

int fsync(int descriptor) { return Sync(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return Sync(descriptor, SYS_fdatasync); }

// It promises nothing about the length of a file, nor of what the disk itself holds back.
int sync_file_range(int descriptor, off_t offset, off_t length, unsigned flags) {
  return static_cast<int>(syscall(SYS_sync_file_range, descriptor, offset, length, flags));
}

int syncfs(int descriptor) { GiveUp("syncfs", PathOf(descriptor)); }
void sync() { GiveUp("sync", "of everything"); }

void* mmap(void* address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  const bool is_written = (protection & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0;
  if (is_written && WatchedInode(descriptor) != kNoInode) {
    GiveUp("written through memory", PathOf(descriptor));
  }
  return reinterpret_cast<void*>(
      syscall(SYS_mmap, address, length, protection, flags, descriptor, offset));
}

int mkdir(const char* path, mode_t mode) { return MakeFolder(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char* path, mode_t mode) { return MakeFolder(folder, path, mode); }

int unlink(const char* path) { return Remove(AT_FDCWD, path, false); }
int rmdir(const char* path) { return Remove(AT_FDCWD, path, true); }
int unlinkat(int folder, const char* path, int flags) {
  return Remove(folder, path, (flags & AT_REMOVEDIR) != 0);
}
int remove(const char* path) {
  struct stat status {};
  const bool is_folder = lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
  return Remove(AT_FDCWD, path, is_folder);
}

int link(const char* from, const char* to) {
  return ChangeTwoNames(Kind::kLink, AT_FDCWD, from, AT_FDCWD, to);
}
int rename(const char* from, const char* to) {
  return ChangeTwoNames(Kind::kRename, AT_FDCWD, from, AT_FDCWD, to);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return ChangeTwoNames(Kind::kRename, from_folder, from, to_folder, to);
}

}  // extern "C"
