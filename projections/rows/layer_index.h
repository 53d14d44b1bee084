// The newest node of each key of a layer, by hash. For the layer's own sources alone.
#ifndef BILLING_PROJECTIONS_ROWS_LAYER_INDEX_H_
#define BILLING_PROJECTIONS_ROWS_LAYER_INDEX_H_

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "projections/rows/layer.h"
#include "projections/rows/layer_node.h"

namespace billing::projections {

// Open addressing with linear probing. Keys never leave it, so a search may stop at an empty
// place. One thread writes, any number read.
class Layer::Index {
 public:
  // Room for `keys` before it is to be replaced by a larger one.
  explicit Index(size_t keys)
      : mask_(std::bit_ceil(std::max(kPlacesMin, keys + keys / 3 + 1)) - 1),
        places_(std::make_unique<Place[]>(mask_ + 1)) {}

  bool HasRoomFor(size_t keys) const { return keys <= (mask_ + 1) / 4 * 3; }

  Node* Find(std::string_view key, uint32_t hash) const {
    for (size_t i = hash & mask_;; i = (i + 1) & mask_) {
      Node* const node = places_[i].node.load(std::memory_order_acquire);
      if (node == nullptr) return nullptr;
      if (places_[i].hash == hash && node->Key() == key) return node;
    }
  }

  void Prefetch(uint32_t hash) const { __builtin_prefetch(&places_[hash & mask_]); }

  // REQUIRES: there is room, if the key is new.
  void Set(Node* node, uint32_t hash) {
    for (size_t i = hash & mask_;; i = (i + 1) & mask_) {
      Place& place = places_[i];
      const Node* const there = place.node.load(std::memory_order_relaxed);
      if (there != nullptr && (place.hash != hash || there->Key() != node->Key())) continue;
      if (there == nullptr) place.hash = hash;
      return place.node.store(node, std::memory_order_release);
    }
  }

  // All of an index that is smaller.
  void TakeFrom(const Index& other) {
    for (size_t i = 0; i <= other.mask_; ++i) {
      Node* const node = other.places_[i].node.load(std::memory_order_relaxed);
      if (node != nullptr) SetNew(node, other.places_[i].hash);
    }
  }

 private:
  static constexpr size_t kPlacesMin = 1'024;

  struct Place {
    std::atomic<Node*> node{nullptr};
    // Written before the first node, and never again.
    uint32_t hash = 0;
  };

  // The key is not there yet; no reader is.
  void SetNew(Node* node, uint32_t hash) {
    size_t i = hash & mask_;
    while (places_[i].node.load(std::memory_order_relaxed) != nullptr) i = (i + 1) & mask_;
    places_[i].hash = hash;
    places_[i].node.store(node, std::memory_order_relaxed);
  }

  const size_t mask_;
  const std::unique_ptr<Place[]> places_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_LAYER_INDEX_H_
