#include "server/metrics/store_use.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "eventstore/file/disk_space.h"

namespace billing::server {
namespace {

namespace fs = std::filesystem;

// Of stat's st_blocks.
constexpr uint64_t kBlockBytes = 512;

uint64_t BytesOf(const fs::path& file) {
  struct stat status {};
  if (lstat(file.c_str(), &status) != 0) return 0;
  return static_cast<uint64_t>(status.st_blocks) * kBlockBytes;
}

// Folders of the data directory have no folders of their own that grow.
uint64_t BytesIn(const fs::path& folder) {
  uint64_t bytes = 0;
  std::error_code error;
  for (fs::directory_iterator file(folder, error); !error && file != fs::directory_iterator();
       file.increment(error)) {
    bytes += BytesOf(file->path());
  }
  return bytes;
}

}  // namespace

StoreUse ReadStoreUse(const std::string& data_directory) {
  StoreUse use;
  std::error_code error;
  for (fs::directory_iterator entry(data_directory, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (name == "log") use.log_bytes += BytesIn(entry->path());
    if (name == "keys") use.keys_bytes += BytesIn(entry->path());
    if (name.starts_with("views")) use.views_bytes += BytesIn(entry->path());
  }
  if (const auto free = eventstore::FreeBytes(data_directory); free.ok()) use.free_bytes = *free;
  return use;
}

}  // namespace billing::server
