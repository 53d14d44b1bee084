#include "projections/rows/version.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"

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

std::optional<std::string> Sources::Get(std::string_view key, uint64_t position,
                                        FirstFailure& failure) const {
  if (key < kFirstKey) return std::nullopt;
  for (const Layer* layer : {filling.get(), writing.get()}) {
    if (layer == nullptr) continue;
    if (const std::optional<Change> change = layer->Find(key, position); change.has_value()) {
      if (!change->value.has_value()) return std::nullopt;
      return std::string(*change->value);
    }
  }
  absl::StatusOr<std::optional<std::string>> row = snapshot->Get(key);
  if (!row.ok()) {
    failure.Report(row.status());
    return std::nullopt;
  }
  return *std::move(row);
}

void Sources::Scan(const KeyRange& range, Order order, uint64_t position, FirstFailure& failure,
                   absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const {
  const KeyRange rows{std::max(range.begin, std::string(kFirstKey)), range.end};
  if (!rows.end.empty() && rows.begin >= rows.end) return;

  DatabaseCursor stored(*snapshot, rows, order);
  LayerCursor newest(*filling, position, rows, order);
  if (writing == nullptr) {
    Cursor* const cursors[] = {&newest, &stored};
    return failure.Report(VisitMerged(cursors, order, visit));
  }
  LayerCursor older(*writing, position, rows, order);
  Cursor* const cursors[] = {&newest, &older, &stored};
  failure.Report(VisitMerged(cursors, order, visit));
}

}  // namespace billing::projections
