// Reading rows out of layers in memory over a database snapshot.
#ifndef BILLING_PROJECTIONS_ROWS_VERSION_H_
#define BILLING_PROJECTIONS_ROWS_VERSION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/keyvalue/key_value.h"
#include "projections/rows/cursor.h"
#include "projections/rows/layer.h"
#include "projections/rows/row_store.h"
#include "projections/rows/snapshot.h"

namespace billing::projections {

// The first failure of all that were reported. Thread-safe.
class FirstFailure {
 public:
  // OK changes nothing.
  void Report(absl::Status status);
  absl::Status Get() const;

 private:
  std::atomic<bool> failed_ = false;
  mutable std::mutex mutex_;
  absl::Status status_;
};

// Where rows are, from new to old. Each layer hides what is older.
// Invariant: the snapshot ends where the oldest layer begins.
struct Sources {
  std::shared_ptr<const Layer> filling;
  // Null when no layer is being written.
  std::shared_ptr<const Layer> writing;
  std::shared_ptr<const Snapshot> snapshot;

  // How far a reader may go.
  struct Reach {
    uint64_t position;
    // Only to rows that lie in memory, and of a layer's states of rows to no more than this many
    // in one scan: else it fails, Unavailable or ResourceExhausted.
    std::optional<size_t> in_memory_max = {};
  };

  std::optional<std::string> Get(std::string_view key, const Reach& reach,
                                 FirstFailure& failure) const;
  bool Look(std::string_view key, const Reach& reach, FirstFailure& failure,
            absl::FunctionRef<void(std::string_view)> use) const;
  void Scan(const KeyRange& range, Order order, const Reach& reach, FirstFailure& failure,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const;

 private:
  using Visit = absl::FunctionRef<bool(std::string_view, std::string_view)>;
  // What Look does below the layers.
  absl::StatusOr<bool> LookBelow(std::string_view key, const Reach& reach,
                                 absl::FunctionRef<void(std::string_view)> use) const;
  // REQUIRES of both: the range is not empty, and begins at kFirstKey or later.
  absl::Status ScanRange(const KeyRange& range, Order order, const Reach& reach, Visit visit) const;
  // `stored` walks the snapshot's rows of the range.
  absl::Status ScanOver(Cursor& stored, const KeyRange& range, Order order, const Reach& reach,
                        Visit visit) const;
};

// The rows at a published position.
class PublishedVersion final : public Version {
 public:
  PublishedVersion(uint64_t position, std::shared_ptr<const Sources> sources)
      : position_(position), sources_(std::move(sources)) {}

  uint64_t position() const override { return position_; }

  std::optional<std::string> Get(std::string_view key) const override {
    return sources_->Get(key, {position_}, failure_);
  }
  bool Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const override {
    return sources_->Look(key, {position_}, failure_, use);
  }
  void Scan(const KeyRange& range, Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override {
    sources_->Scan(range, order, {position_}, failure_, visit);
  }
  absl::Status status() const override { return failure_.Get(); }
  std::unique_ptr<const RowReader> InMemory(size_t rows_max) const override;

 private:
  const uint64_t position_;
  const std::shared_ptr<const Sources> sources_;
  mutable FirstFailure failure_;
};

// What Current() gives once the store is closed: no rows, and an error.
class ClosedVersion final : public Version {
 public:
  explicit ClosedVersion(uint64_t position) : position_(position) {}

  uint64_t position() const override { return position_; }
  std::optional<std::string> Get(std::string_view) const override { return std::nullopt; }
  void Scan(const KeyRange&, Order,
            absl::FunctionRef<bool(std::string_view, std::string_view)>) const override {}
  absl::Status status() const override {
    return absl::FailedPreconditionError("views: the store is closed");
  }
  std::unique_ptr<const RowReader> InMemory(size_t) const override {
    return std::make_unique<ClosedVersion>(position_);
  }

 private:
  const uint64_t position_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_VERSION_H_
