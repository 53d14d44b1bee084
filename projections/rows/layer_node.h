// What a layer keeps of a row at one position. For the layer's own sources alone.
#ifndef BILLING_PROJECTIONS_ROWS_LAYER_NODE_H_
#define BILLING_PROJECTIONS_ROWS_LAYER_NODE_H_

#include <atomic>
#include <cstdint>
#include <string_view>

#include "projections/rows/cursor.h"
#include "projections/rows/layer.h"

namespace billing::projections {

// In memory the node's links, one per level, come before it, the lowest nearest, and its
// key follows it: a search that passes a node mostly touches one cache line.
// Invariant: of the row below, readers touch only `position` until its batch has ended;
// so the writer may still change the rest.
struct Layer::Node {
  using Link = std::atomic<Node*>;
  static constexpr uint32_t kDeleted = UINT32_MAX;

  std::atomic<uint64_t> position;
  const char* value_data;
  uint32_t key_size;
  uint32_t value_size;  // kDeleted: no value

  Link& link(int level) { return *(reinterpret_cast<Link*>(this) - 1 - level); }
  Node* Next(int level) { return link(level).load(std::memory_order_acquire); }
  const Node* Next(int level) const { return const_cast<Node*>(this)->Next(level); }
  uint64_t Position() const { return position.load(std::memory_order_relaxed); }
  std::string_view Key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }
  Change Row() const {
    if (value_size == kDeleted) return Change{};
    return Change{std::string_view(value_data, value_size)};
  }
  bool ComesBefore(std::string_view other_key, uint64_t other_position) const {
    const int order = Key().compare(other_key);
    return order < 0 || (order == 0 && Position() > other_position);
  }
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_LAYER_NODE_H_
