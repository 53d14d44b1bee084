// A file system that is full when a test says so.
#ifndef BILLING_TESTS_ROWS_FULL_DISK_H_
#define BILLING_TESTS_ROWS_FULL_DISK_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "rocksdb/env.h"

namespace billing::projections {

// Thread-safe. Outlives the store that uses its env.
class FullDisk {
 public:
  FullDisk();
  ~FullDisk();

  rocksdb::Env* env() const { return env_.get(); }

  // From now on writes to files whose path holds `part` find no space; "" fills the disk
  // altogether.
  void Fill(std::string_view part);
  void Free();
  // Waits until `writes` writes found no space since the last Fill.
  void WaitForRefusals(int writes);

 private:
  friend class FullFile;
  // Whether a write to this file finds space.
  bool Take(const std::string& path);

  std::mutex mutex_;
  std::condition_variable refused_;
  bool full_ = false;
  std::string part_;
  int refusals_ = 0;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace billing::projections

#endif  // BILLING_TESTS_ROWS_FULL_DISK_H_
