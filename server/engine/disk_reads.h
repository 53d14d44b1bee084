// How much a thread has had to wait for the disk.
#ifndef BILLING_SERVER_ENGINE_DISK_READS_H_
#define BILLING_SERVER_ENGINE_DISK_READS_H_

#include <cstdint>

namespace billing::server {

// Blocks of 512 bytes that the calling thread has had read from disks since it began: what lay in
// the system's memory is not among them. Always 0 where the kernel does not count.
uint64_t DiskBlocksRead();

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_DISK_READS_H_
