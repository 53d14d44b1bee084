// What the data directory takes of its disk.
#ifndef BILLING_SERVER_METRICS_STORE_USE_H_
#define BILLING_SERVER_METRICS_STORE_USE_H_

#include <cstdint>
#include <string>

namespace billing::server {

// On disk, as the file system allocates it.
struct StoreUse {
  uint64_t log_bytes = 0;
  // Of all read models, those that are being built anew, and what is left of old ones,
  // included.
  uint64_t views_bytes = 0;
  uint64_t keys_bytes = 0;
  // Of the file system, for us.
  uint64_t free_bytes = 0;
};

// Reads the names and sizes of the files, never a file. What is gone meanwhile, or cannot be
// read, counts nothing.
StoreUse ReadStoreUse(const std::string& data_directory);

}  // namespace billing::server

#endif  // BILLING_SERVER_METRICS_STORE_USE_H_
