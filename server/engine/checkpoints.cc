#include "server/engine/checkpoints.h"

#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/integrity/proof.h"
#include "projections/tree/tree_nodes.h"

namespace billing::server {
namespace {

using eventstore::Checkpoint;

absl::StatusOr<std::optional<Checkpoint>> NewestStored(const eventstore::EventLog& log) {
  const auto stored = log.NewestCheckpoint();
  if (!stored.ok()) return stored.status();
  if (!*stored) return std::nullopt;
  auto checkpoint = eventstore::ReadCheckpoint((*stored)->note);
  if (!checkpoint.ok() || checkpoint->size != (*stored)->size) {
    return absl::DataLossError(
        absl::StrCat("the log's newest checkpoint, of ", (*stored)->size, " records, is damaged"));
  }
  return *std::move(checkpoint);
}

}  // namespace

absl::Status CheckCheckpointReach(const eventstore::EventLog& log) {
  const auto newest = NewestStored(log);
  if (!newest.ok()) return newest.status();
  if (!*newest) return absl::OkStatus();
  const Checkpoint& checkpoint = **newest;
  if (checkpoint.origin != eventstore::OriginOf(log.LogId())) {
    return absl::DataLossError(absl::StrCat("the log's newest checkpoint is of ", checkpoint.origin,
                                            ", but this is log ", log.LogId()));
  }
  if (checkpoint.size > log.Head()) {
    return absl::DataLossError(absl::StrCat(
        "the log ends at position ", log.Head(), ", but its newest checkpoint says ",
        checkpoint.size, ": positions ", log.Head() + 1, " to ", checkpoint.size, " are missing"));
  }
  return absl::OkStatus();
}

absl::Status CheckCheckpointRoot(const eventstore::EventLog& log,
                                 const projections::RowReader& rows) {
  const auto newest = NewestStored(log);
  if (!newest.ok()) return newest.status();
  if (!*newest) return absl::OkStatus();
  const Checkpoint& checkpoint = **newest;
  const auto root = eventstore::RootOf(projections::TreeNodes(rows, log), checkpoint.size);
  if (!root.ok()) return root.status();
  if (*root == checkpoint.root) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the first ", checkpoint.size,
                                          " records are not those that the newest checkpoint "
                                          "was signed over: the log was changed or replaced"));
}

Checkpoints::Checkpoints(eventstore::EventLog& log, std::vector<eventstore::SigningKey> keys,
                         uint64_t size, const eventstore::Hash& root)
    : log_(log),
      origin_(eventstore::OriginOf(log.LogId())),
      keys_(std::move(keys)),
      published_{size, root},
      durable_(published_) {
  assert(!keys_.empty());
}

void Checkpoints::Durable(uint64_t size, const eventstore::Hash& root) {
  const std::lock_guard lock(publishing_);
  durable_ = {size, root};
}

void Checkpoints::Published() {
  const std::lock_guard lock(publishing_);
  published_ = durable_;
}

Checkpoints::Tree Checkpoints::Seen(uint64_t size_min) const {
  const std::lock_guard lock(publishing_);
  const Tree& seen = published_.size >= size_min ? published_ : durable_;
  assert(seen.size >= size_min);
  return seen;
}

absl::Status Checkpoints::Keep() {
  const std::lock_guard lock(signing_);
  const auto newest = Sign(Seen(0));
  if (!newest.ok()) return newest.status();
  if (kept_ == *newest) return absl::OkStatus();
  const absl::Status kept = log_.AddCheckpoint((*newest)->size, (*newest)->note);
  if (!kept.ok()) return kept;
  kept_ = *newest;
  kept_size_.store(kept_->size, std::memory_order_relaxed);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const SignedCheckpoint>> Checkpoints::Get(uint64_t size_min) {
  const std::lock_guard lock(signing_);
  if (newest_ != nullptr && newest_->size >= size_min) return newest_;
  return Sign(Seen(size_min));
}

absl::StatusOr<std::shared_ptr<const SignedCheckpoint>> Checkpoints::Sign(const Tree& tree) {
  if (newest_ != nullptr && newest_->size >= tree.size) return newest_;
  auto note =
      eventstore::SignCheckpoint({.origin = origin_, .size = tree.size, .root = tree.root}, keys_);
  if (!note.ok()) return note.status();
  newest_ = std::make_shared<const SignedCheckpoint>(
      SignedCheckpoint{.size = tree.size, .note = *std::move(note)});
  return newest_;
}

std::vector<eventstore::VerifierKey> Checkpoints::VerifierKeys() const {
  std::vector<eventstore::VerifierKey> keys;
  for (const eventstore::SigningKey& key : keys_) keys.push_back(key.Verifier(origin_));
  return keys;
}

}  // namespace billing::server
