// Signs checkpoints of the published log, keeps them beside the records, and compares the
// newest one with the log on start.
#ifndef BILLING_SERVER_ENGINE_CHECKPOINTS_H_
#define BILLING_SERVER_ENGINE_CHECKPOINTS_H_

#include <atomic>
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

  // The tree of what readers are about to see: its records are durable. One at a time, each
  // followed by Published. Cheap.
  void Durable(uint64_t size, const eventstore::Hash& root);
  // Readers see what was last said to be durable. Cheap.
  void Published();

  // Signs what is published, unless the newest checkpoint is of it, and keeps the newest in
  // the log. Errors are those of EventLog::AddCheckpoint and of signing.
  absl::Status Keep();

  // The newest, if it is of `size_min` records at least; else one of what readers see, signed
  // now. Never waits for the writer.
  // REQUIRES: readers see so many, whether Published has said so yet or not.
  absl::StatusOr<std::shared_ptr<const SignedCheckpoint>> Get(uint64_t size_min);

  // Of how many records the newest that was kept is; 0: none since the start.
  uint64_t kept_size() const { return kept_size_.load(std::memory_order_relaxed); }

  // Of the keys that sign, in their order.
  std::vector<eventstore::VerifierKey> VerifierKeys() const;

 private:
  struct Tree {
    uint64_t size = 0;
    eventstore::Hash root = {};
  };

  // What is published; when that is less than `size_min`, what is durable: readers see it then.
  Tree Seen(uint64_t size_min) const;
  // The newest, of that tree or a later one. REQUIRES: `signing_` is held.
  absl::StatusOr<std::shared_ptr<const SignedCheckpoint>> Sign(const Tree& tree);

  eventstore::EventLog& log_;
  const std::string origin_;
  const std::vector<eventstore::SigningKey> keys_;

  mutable std::mutex publishing_;
  Tree published_;
  Tree durable_;

  // Held while signing and storing: never by whoever publishes.
  std::mutex signing_;
  std::shared_ptr<const SignedCheckpoint> newest_;
  std::shared_ptr<const SignedCheckpoint> kept_;
  std::atomic<uint64_t> kept_size_ = 0;
};

}  // namespace billing::server

#endif  // BILLING_SERVER_ENGINE_CHECKPOINTS_H_
