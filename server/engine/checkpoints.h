// Signs checkpoints of the published log, keeps them beside the records, and compares the
// newest one with the log on start.
#ifndef BILLING_SERVER_ENGINE_CHECKPOINTS_H_
#define BILLING_SERVER_ENGINE_CHECKPOINTS_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/event_log.h"
#include "eventstore/integrity/checkpoint.h"
#include "eventstore/integrity/merkle.h"
#include "eventstore/integrity/signing_key.h"
#include "projections/keyvalue/key_value.h"

namespace billing::server {

// Compares the newest stored checkpoint with the log's id and head. DataLoss when it is of
// another log, or ahead of it; the message names the positions that are missing.
absl::Status CheckCheckpointReach(const eventstore::EventLog& log);

// The same checkpoint with the tree: `rows` show the whole log. DataLoss when the tree of
// its size has another root.
absl::Status CheckCheckpointRoot(const eventstore::EventLog& log,
                                 const projections::RowReader& rows);

// A signed checkpoint of a size.
struct SignedCheckpoint {
  uint64_t size = 0;
  std::string note;
};

// Thread-safe.
class Checkpoints {
 public:
  // What is published at first. REQUIRES: one key at least; the first is the current one.
  Checkpoints(eventstore::EventLog& log, std::vector<eventstore::SigningKey> keys, uint64_t size,
              const eventstore::Hash& root);

  // The tree of what readers see from now on: its records are durable. Cheap.
  void Published(uint64_t size, const eventstore::Hash& root);

  // Signs what is published, unless the newest checkpoint is of it, and keeps the newest in
  // the log. Errors are those of EventLog::AddCheckpoint and of signing.
  absl::Status Keep();

  // The newest, if it is of `size_min` records at least; else one of what is published, signed
  // now. REQUIRES: readers see so many, so that Published says so at once, if it has not yet.
  absl::StatusOr<std::shared_ptr<const SignedCheckpoint>> Get(uint64_t size_min);

  // Of the keys that sign, in their order.
  std::vector<eventstore::VerifierKey> VerifierKeys() const;

 private:
  struct Tree {
    uint64_t size = 0;
    eventstore::Hash root = {};
  };

  // The newest, of what is published. REQUIRES: `signing_` is held.
  absl::StatusOr<std::shared_ptr<const SignedCheckpoint>> SignPublished(uint64_t size_min);

  eventstore::EventLog& log_;
  const std::string origin_;
  const std::vector<eventstore::SigningKey> keys_;

  std::mutex publishing_;
  std::condition_variable was_published_;
  Tree published_;

  // Held while signing and storing: never by whoever publishes.
  std::mutex signing_;
  std::shared_ptr<const SignedCheckpoint> newest_;
  std::shared_ptr<const SignedCheckpoint> kept_;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_CHECKPOINTS_H_
