// What went wrong on RocksDB's own threads.
#ifndef BILLING_PROJECTIONS_ROWS_BACKGROUND_ERRORS_H_
#define BILLING_PROJECTIONS_ROWS_BACKGROUND_ERRORS_H_

#include <atomic>
#include <mutex>

#include "rocksdb/listener.h"
#include "rocksdb/status.h"

namespace billing::projections {

// Thread-safe.
class BackgroundErrors final : public rocksdb::EventListener {
 public:
  // A merge for which there was no space has changed nothing, and RocksDB tries it again
  // by itself: it is noted, and kept from making the database read-only. Every other
  // error does that, until Database::Resume.
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;

  // The first error that made the database read-only; OK when it is not.
  rocksdb::Status first() const;
  // It was made writable again.
  void Forget();
  // Whether a merge found no space since this was last asked.
  bool TakeMergeWithoutSpace() { return merge_without_space_.exchange(false); }

 private:
  mutable std::mutex mutex_;
  rocksdb::Status first_;
  std::atomic<bool> merge_without_space_ = false;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_BACKGROUND_ERRORS_H_
