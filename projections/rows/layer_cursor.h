// A walk over the rows of a layer.
#ifndef BILLING_PROJECTIONS_ROWS_LAYER_CURSOR_H_
#define BILLING_PROJECTIONS_ROWS_LAYER_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "projections/keyvalue/key_value.h"
#include "projections/rows/cursor.h"
#include "projections/rows/layer.h"

namespace billing::projections {

// The rows of a layer at a position. Layer and range outlive it.
class LayerCursor final : public Cursor {
 public:
  // Ascending, it looks at no more than `nodes_max` states of rows, those that the position does
  // not show among them; then it has failed: ResourceExhausted.
  LayerCursor(const Layer& layer, uint64_t position, const KeyRange& range, Order order,
              size_t nodes_max = SIZE_MAX);
  LayerCursor(const Layer& layer, uint64_t position, KeyRange&& range, Order order,
              size_t nodes_max = SIZE_MAX) = delete;

  bool Valid() const override { return node_ != nullptr; }
  std::string_view Key() const override;
  Change Row() const override;
  void Next() override;
  absl::Status status() const override;

 private:
  bool IsInside(const Layer::Node* node) const;
  void SettleAscending(const Layer::Node* node);
  void SettleDescending(const Layer::Node* node);

  const Layer& layer_;
  const uint64_t position_;
  const KeyRange& range_;
  const Order order_;
  size_t nodes_left_;
  bool has_failed_ = false;
  const Layer::Node* node_ = nullptr;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_LAYER_CURSOR_H_
