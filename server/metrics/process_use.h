// What the process uses of its machine, as the kernel tells it.
#ifndef BILLING_SERVER_METRICS_PROCESS_USE_H_
#define BILLING_SERVER_METRICS_PROCESS_USE_H_

#include <cstdint>

namespace billing::server {

struct ProcessUse {
  double cpu_seconds = 0;  // of all threads, user and system
  uint64_t resident_bytes = 0;
  uint64_t open_descriptors = 0;
  uint64_t descriptors_max = 0;
};

// What cannot be read is 0.
ProcessUse ReadProcessUse();

}  // namespace billing::server

#endif  // BILLING_SERVER_METRICS_PROCESS_USE_H_
