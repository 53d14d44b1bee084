// A file read and written at offsets and synced by hand: for the few small files whose
// bytes are our own (anchor, keys).
#ifndef BILLING_EVENTSTORE_FILE_FILE_H_
#define BILLING_EVENTSTORE_FILE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace billing::eventstore {

// Errors are those of the system call, with the path. Thread-safe as the calls are.
class File {
 public:
  enum class Access { kReadAndWrite, kRead };

  // NotFound when there is none. Does not wait, whatever `path` is.
  static absl::StatusOr<File> Open(const std::string& path, Access access = Access::kReadAndWrite);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // Fewer than `size` bytes only at the end of the file.
  absl::StatusOr<std::string> ReadAt(uint64_t offset, size_t size) const;
  absl::Status WriteAt(uint64_t offset, std::string_view bytes);
  // Makes contents and length durable. After an error their state is unknown: do not
  // try again.
  absl::Status Sync();
  absl::StatusOr<uint64_t> Size() const;
  // False for a directory, a pipe or a device.
  absl::StatusOr<bool> IsRegular() const;
  // Permission bits, e.g. 0600.
  absl::StatusOr<uint32_t> Permissions() const;

  const std::string& path() const { return path_; }

 private:
  File(int descriptor, std::string path);
  absl::Status Failed(const char* call) const;

  int descriptor_ = -1;
  std::string path_;
};

// Makes the file `path` with these contents, readable by its owner alone: durable when
// it returns, and never there with other contents but those of a file `path` that it
// replaces. Also replaces what a crash left of an earlier try, under BegunName.
// REQUIRES: nobody else makes it.
absl::Status CreateFile(const std::string& path, std::string_view contents);

// What CreateFile calls a file, with or without its folder, until it has its contents.
std::string BegunName(std::string_view name);

// Up to `size` bytes of a file that holds a secret. NotFound when there is none;
// FailedPrecondition when it is no regular file, or group or others may do anything with it.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path, size_t size);

// Makes names made, removed or changed in the directory durable.
absl::Status SyncDirectory(const std::string& path);

// The directory that `path` is in; "." when it has none.
std::string DirectoryOf(const std::string& path);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_FILE_FILE_H_
