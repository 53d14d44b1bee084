#include "tests/eventstore/failing_syncs.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace billing::eventstore {
namespace {

std::atomic<int> failing = 0;

}  // namespace

FailingSyncs::FailingSyncs() { ++failing; }

FailingSyncs::~FailingSyncs() { --failing; }

}  // namespace billing::eventstore

// In place of the C library's.
extern "C" int fdatasync(int descriptor) {
  if (billing::eventstore::failing > 0) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}
