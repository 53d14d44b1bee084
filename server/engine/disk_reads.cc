#include "server/engine/disk_reads.h"

#include <sys/resource.h>

#include <cassert>

namespace billing::server {

uint64_t DiskBlocksRead() {
  rusage use = {};
  [[maybe_unused]] const int failed = getrusage(RUSAGE_THREAD, &use);
  assert(failed == 0);
  return static_cast<uint64_t>(use.ru_inblock);
}

}  // namespace billing::server
