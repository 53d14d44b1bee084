// The anchor: a small file outside the log that says how far the log had come, so that
// a log that lost its end, was deleted, or was replaced by an older copy is refused
// instead of served. Two checksummed slots in separate 4 KiB blocks; a torn write
// leaves the other one.
#ifndef BILLING_EVENTSTORE_INTEGRITY_ANCHOR_H_
#define BILLING_EVENTSTORE_INTEGRITY_ANCHOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/integrity/merkle.h"

namespace billing::eventstore {

// What the log was at one moment.
struct AnchorState {
  std::string log_id;   // 32 hexadecimal digits
  uint64_t size = 0;    // position of the last record
  Hash root = {};       // of the tree of that size
  Hash last_leaf = {};  // of the record at `size`; zeros when size is 0
  int64_t time_us = 0;  // when the log was to become that, microseconds since 1970 UTC
  friend bool operator==(const AnchorState&, const AnchorState&) = default;
};

class Anchor {
 public:
  // Opens or makes the file. `create` false: NotFound when there is none.
  static absl::StatusOr<std::unique_ptr<Anchor>> Open(const std::string& path, bool create);
  virtual ~Anchor() = default;

  // The newest valid slot; nothing in a file just made. DataLoss when the file has
  // content and neither slot is valid.
  virtual absl::StatusOr<std::optional<AnchorState>> Load() const = 0;

  // Writes the slot that was not synced last, without a sync: after a crash of the
  // process it is there, after a loss of power the last synced one is. Call it after
  // the log's sync and before the answers, so that it is never ahead of the log.
  virtual absl::Status Write(const AnchorState& state) = 0;
  // Syncs what Write wrote last. Call once a second and on close. May run on another
  // thread than Write, which waits for it.
  virtual absl::Status Sync() = 0;
  // After a failed Write or Sync both fail for ever: never retried.
};

// The newest valid slot of an anchor that somebody else may be writing; nothing in one where
// nothing was written yet. NotFound when there is no file, DataLoss as Load.
absl::StatusOr<std::optional<AnchorState>> ReadAnchor(const std::string& path);

}  // namespace billing::eventstore

#endif  // BILLING_EVENTSTORE_INTEGRITY_ANCHOR_H_
