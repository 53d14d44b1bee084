#include "projections/rows/version.h"

#include <utility>

#include "projections/rows/layer_cursor.h"
#include "projections/rows/packed_rows.h"

namespace billing::projections {

void FirstFailure::Report(absl::Status status) {
  if (status.ok()) return;
  const std::lock_guard lock(mutex_);
  if (!status_.ok()) return;
  status_ = std::move(status);
  failed_.store(true, std::memory_order_release);
}

absl::Status FirstFailure::Get() const {
  if (!failed_.load(std::memory_order_acquire)) return absl::OkStatus();
  const std::lock_guard lock(mutex_);
  return status_;
}

std::optional<std::string> Sources::Get(std::string_view key, const Reach& reach,
                                        FirstFailure& failure) const {
  std::optional<std::string> row;
  Look(key, reach, failure, [&row](std::string_view value) { row.emplace(value); });
  return row;
}

bool Sources::Look(std::string_view key, const Reach& reach, FirstFailure& failure,
                   absl::FunctionRef<void(std::string_view)> use) const {
  if (key < kFirstKey) return false;
  for (const Layer* layer : {filling.get(), writing.get()}) {
    if (layer == nullptr) continue;
    if (const std::optional<Change> change = layer->Find(key, reach.position)) {
      if (change->value) use(*change->value);
      return change->value.has_value();
    }
  }
  const absl::StatusOr<bool> found = LookBelow(key, reach, use);
  if (!found.ok()) failure.Report(found.status());
  return found.ok() && *found;
}

absl::StatusOr<bool> Sources::LookBelow(std::string_view key, const Reach& reach,
                                        absl::FunctionRef<void(std::string_view)> use) const {
  if (!reach.in_memory_max) return snapshot->Look(key, use);
  if (snapshot->LookInMemory(key, use)) return true;
  return absl::UnavailableError("the row does not lie in memory");
}

void Sources::Scan(const KeyRange& range, Order order, const Reach& reach, FirstFailure& failure,
                   Visit visit) const {
  const bool begins_before = range.begin < kFirstKey;
  if (!range.end.empty() && (begins_before ? kFirstKey : range.begin) >= range.end) return;
  failure.Report(begins_before ? ScanRange({std::string(kFirstKey), range.end}, order, reach, visit)
                               : ScanRange(range, order, reach, visit));
}

absl::Status Sources::ScanRange(const KeyRange& range, Order order, const Reach& reach,
                                Visit visit) const {
  absl::Status status;
  const auto scan_kept = [&](std::string_view packed) {
    PackedRowsCursor stored(packed);
    status = ScanOver(stored, range, order, reach, visit);
  };
  if (order == Order::kAscending && snapshot->LookAtRange(range, scan_kept)) return status;
  if (reach.in_memory_max) return absl::UnavailableError("the range does not lie in memory");
  DatabaseCursor stored(*snapshot, range, order);
  return ScanOver(stored, range, order, reach, visit);
}

absl::Status Sources::ScanOver(Cursor& stored, const KeyRange& range, Order order,
                               const Reach& reach, Visit visit) const {
  const size_t nodes_max = reach.in_memory_max.value_or(SIZE_MAX);
  LayerCursor newest(*filling, reach.position, range, order, nodes_max);
  if (writing == nullptr) {
    Cursor* const cursors[] = {&newest, &stored};
    return VisitMerged(cursors, order, visit);
  }
  LayerCursor older(*writing, reach.position, range, order, nodes_max);
  Cursor* const cursors[] = {&newest, &older, &stored};
  return VisitMerged(cursors, order, visit);
}

namespace {

// Not thread-safe.
class RowsInMemory final : public RowReader {
 public:
  RowsInMemory(uint64_t position, std::shared_ptr<const Sources> sources, size_t rows_max)
      : sources_(std::move(sources)),
        reach_{.position = position, .in_memory_max = rows_max},
        rows_left_(rows_max) {}

  std::optional<std::string> Get(std::string_view key) const override {
    std::optional<std::string> row;
    Look(key, [&row](std::string_view value) { row.emplace(value); });
    return row;
  }
  bool Look(std::string_view key, absl::FunctionRef<void(std::string_view)> use) const override {
    const bool found = MayTakeOne() && sources_->Look(key, reach_, failure_, use);
    EndIfFailed();
    return found;
  }
  void Scan(const KeyRange& range, Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override {
    if (!MayTakeOne()) return;
    sources_->Scan(range, order, reach_, failure_, [&](std::string_view key, std::string_view row) {
      return MayTakeOne() && visit(key, row);
    });
    EndIfFailed();
  }
  absl::Status status() const override { return failure_.Get(); }

 private:
  bool MayTakeOne() const {
    if (rows_left_ == 0) {
      failure_.Report(absl::ResourceExhaustedError("more rows than may be looked at"));
      return false;
    }
    --rows_left_;
    return true;
  }
  void EndIfFailed() const {
    if (!failure_.Get().ok()) rows_left_ = 0;
  }

  const std::shared_ptr<const Sources> sources_;
  const Sources::Reach reach_;
  mutable size_t rows_left_;
  mutable FirstFailure failure_;
};

}  // namespace

std::unique_ptr<const RowReader> PublishedVersion::InMemory(size_t rows_max) const {
  return std::make_unique<RowsInMemory>(position_, sources_, rows_max);
}

}  // namespace billing::projections
