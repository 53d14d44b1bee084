#include "projections/rows/background_errors.h"

namespace billing::projections {

void BackgroundErrors::OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                                         rocksdb::Status* error) {
  if (reason == rocksdb::BackgroundErrorReason::kCompaction && error->IsNoSpace()) {
    merge_without_space_ = true;
    *error = rocksdb::Status::OK();
    return;
  }
  const std::lock_guard lock(mutex_);
  if (first_.ok()) first_ = *error;
}

rocksdb::Status BackgroundErrors::first() const {
  const std::lock_guard lock(mutex_);
  return first_;
}

void BackgroundErrors::Forget() {
  const std::lock_guard lock(mutex_);
  first_ = rocksdb::Status::OK();
}

}  // namespace billing::projections
