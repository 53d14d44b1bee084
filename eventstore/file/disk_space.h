// How much space a disk has, and whether it is enough for a database.
#ifndef BILLING_EVENTSTORE_FILE_DISK_SPACE_H_
#define BILLING_EVENTSTORE_FILE_DISK_SPACE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace billing::eventstore {

// Bytes that are free, for whoever is not root, on the disk that `path` is on. Errors are those
// of the system call, with the path: NotFound when nothing is there.
absl::StatusOr<uint64_t> FreeBytes(const std::string& path);

// To be asked before a database is opened or made at `path`, which need not be there yet: RocksDB
// as Debian builds it ends the process when it runs out of space meanwhile. ResourceExhausted
// unless the disk of `path`, or of the nearest folder above it that is there, has free what is to
// be written, `bytes`, and 16 MiB more. It says so in words, e.g. with the purpose `to start`:
// `there is too little disk space to start: 4096 bytes are free, 16777216 are needed`. Other
// errors are as of FreeBytes.
absl::Status CheckSpaceForDatabase(const std::string& path, uint64_t bytes,
                                   std::string_view purpose);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_FILE_DISK_SPACE_H_
