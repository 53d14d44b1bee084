#include "projections/rows/layer_cursor.h"

#include "projections/rows/layer_node.h"

namespace billing::projections {

LayerCursor::LayerCursor(const Layer& layer, uint64_t position, const KeyRange& range, Order order,
                         size_t nodes_max)
    : layer_(layer), position_(position), range_(range), order_(order), nodes_left_(nodes_max) {
  switch (order_) {
    case Order::kAscending:
      SettleAscending(layer_.FindAtOrAfter(range_.begin, Layer::kNewest));
      break;
    case Order::kDescending:
      SettleDescending(range_.end.empty() ? layer_.FindLast() : layer_.FindLastBefore(range_.end));
      break;
  }
}

std::string_view LayerCursor::Key() const { return node_->Key(); }

Change LayerCursor::Row() const { return node_->Row(); }

void LayerCursor::Next() {
  switch (order_) {
    case Order::kAscending:
      return SettleAscending(layer_.FirstOfNextKey(node_));
    case Order::kDescending:
      return SettleDescending(layer_.FindLastBefore(node_->Key()));
  }
}

absl::Status LayerCursor::status() const {
  if (!has_failed_) return absl::OkStatus();
  return absl::ResourceExhaustedError("a layer has more in the range than may be looked at");
}

bool LayerCursor::IsInside(const Layer::Node* node) const {
  return node != nullptr && (range_.end.empty() || node->Key() < range_.end);
}

// The newest row at or below the position, from `node` on.
void LayerCursor::SettleAscending(const Layer::Node* node) {
  node_ = nullptr;
  for (int steps = 0; IsInside(node); ++steps) {
    has_failed_ = nodes_left_ == 0;
    if (has_failed_) return;
    --nodes_left_;
    if (node->Position() <= position_) {
      node_ = node;
      return;
    }
    node = steps < Layer::kStepsMax ? node->Next(0) : layer_.FindAtOrAfter(node->Key(), position_);
  }
}

void LayerCursor::SettleDescending(const Layer::Node* node) {
  // `node` is the oldest state of its key: if that is too new, so are all.
  while (node != nullptr && node->Key() >= range_.begin && node->Position() > position_) {
    node = layer_.FindLastBefore(node->Key());
  }
  const bool inside = node != nullptr && node->Key() >= range_.begin;
  node_ = inside ? layer_.FindAtOrAfter(node->Key(), position_) : nullptr;
}

}  // namespace billing::projections
