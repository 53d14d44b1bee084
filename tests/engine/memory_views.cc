// Rows in one layer that is never written: the real structure that the writer and its readers
// share, and no database below it.
#include <atomic>
#include <mutex>
#include <utility>

#include "projections/rows/layer.h"
#include "projections/rows/layer_cursor.h"
#include "tests/engine/test_views.h"

namespace billing::server {
namespace {

using projections::KeyRange;
using projections::Layer;
using projections::LayerCursor;
using projections::Order;
using projections::RowReader;
using projections::RowStore;
using projections::Version;

class LayerVersion final : public Version {
 public:
  LayerVersion(uint64_t position, std::shared_ptr<const Layer> layer)
      : position_(position), layer_(std::move(layer)) {}

  uint64_t position() const override { return position_; }
  std::optional<std::string> Get(std::string_view key) const override {
    const auto change = layer_->Find(key, position_);
    if (!change || !change->value) return std::nullopt;
    return std::string(*change->value);
  }
  void Scan(const KeyRange& range, Order order,
            absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override {
    LayerCursor rows(*layer_, position_, range, order);
    projections::Cursor* const cursors[] = {&rows};
    EndOf(projections::VisitMerged(cursors, order, visit));
  }
  absl::Status status() const override { return absl::OkStatus(); }
  // All of them are.
  std::unique_ptr<const RowReader> InMemory(size_t /*rows_max*/) const override {
    return std::make_unique<LayerVersion>(position_, layer_);
  }

 private:
  // A layer's cursor does not fail.
  static void EndOf(const absl::Status& status) { status.IgnoreError(); }

  const uint64_t position_;
  const std::shared_ptr<const Layer> layer_;
};

class MemoryViews final : public projections::Views {
 public:
  // Nothing is stored: each start folds the whole log.
  std::string stored_mark() const override { return ""; }
  std::unique_ptr<const RowReader> Staged() const override {
    return std::make_unique<LayerVersion>(UINT64_MAX, layer_);
  }
  void Stage(std::span<const projections::ChangedRow> rows, uint64_t position) override {
    layer_->Put(rows, position);
  }
  void EndBatch(uint64_t position) override { layer_->EndBatch(position); }
  absl::Status Publish(uint64_t position, std::string_view /*mark*/) override {
    layer_->EndBatch(position);
    const std::lock_guard lock(mutex_);
    position_ = position;
    return absl::OkStatus();
  }
  bool border_due() const override { return false; }
  void BeginServing() override {}
  std::shared_ptr<const Version> Current() const override {
    const std::lock_guard lock(mutex_);
    return std::make_shared<LayerVersion>(position_, layer_);
  }
  void HoldBack(bool held) override { held_back_ = held; }
  bool short_of_space() const override { return held_back_; }
  absl::Status Flush() override { return absl::OkStatus(); }
  void GiveUp() override {}
  absl::Status Close() override { return absl::OkStatus(); }
  absl::Status background_status() const override { return absl::OkStatus(); }
  uint64_t records_behind() const override { return 0; }

  bool HasNext() const override { return false; }
  absl::StatusOr<RowStore*> OpenNext() override {
    return absl::UnimplementedError("rows in memory are not built anew");
  }
  absl::Status DropNext() override { return absl::OkStatus(); }
  void LeaveNext() override {}
  absl::Status SwitchToNext() override { return OpenNext().status(); }
  absl::StatusOr<bool> RemoveOld() override { return true; }
  void GiveUpNext() override {}

 private:
  const std::shared_ptr<Layer> layer_ = std::make_shared<Layer>();
  mutable std::mutex mutex_;
  uint64_t position_ = 0;
  std::atomic<bool> held_back_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<projections::Views>> OpenTestViews(
    const std::string& /*folder*/, const projections::RowStoreOptions& /*options*/) {
  return std::make_unique<MemoryViews>();
}

}  // namespace billing::server
