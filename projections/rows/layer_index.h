// The newest node of each key of a layer, by hash. For the layer's own sources alone.
#ifndef BILLING_PROJECTIONS_ROWS_LAYER_INDEX_H_
#define BILLING_PROJECTIONS_ROWS_LAYER_INDEX_H_

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/rows/huge_pages.h"
#include "projections/rows/layer.h"
#include "projections/rows/layer_node.h"

namespace billing::projections {

// Open addressing with linear probing. When a table is full its keys move to a larger one a few at
// a time, so that whoever sets a node does not wait for all of them. Keys never leave a table, so a
// search may stop at an empty place. One thread writes, any number read.
class Layer::Index {
 public:
  // `keys` find room at once. All the memory they take is there before it returns.
  explicit Index(size_t keys) {
    Use(std::make_unique<Table>(std::bit_ceil(std::max(kPlacesMin, keys + keys / 3 + 1)),
                                Memory::kTouched));
  }

  Node* Find(std::string_view key, uint32_t hash) const {
    const Table* const table = table_.load(std::memory_order_acquire);
    // Loaded after the table: when there is none, all of it is in that table.
    const Table* const older = older_.load(std::memory_order_acquire);
    Node* const node = table->Find(key, hash);
    return node != nullptr || older == nullptr ? node : older->Find(key, hash);
  }

  void Prefetch(uint32_t hash) const {
    tables_.back()->Prefetch(hash);
    const Table* const older = older_.load(std::memory_order_relaxed);
    if (older != nullptr) older->Prefetch(hash);
  }

  void Set(Node* node, uint32_t hash, bool is_new_key) {
    if (is_new_key && ++keys_ > tables_.back()->keys_max()) Grow();
    Move();
    tables_.back()->Set(node, hash);
  }

 private:
  static constexpr size_t kPlacesMin = 1'024;
  // Of the older table, whenever a node is set. All have moved long before the larger one is full:
  // it takes 3/4 as many new keys as the older one has places.
  static constexpr size_t kPlacesMovedWithEach = 4;

  // Whether the kernel gives all of it at once, in huge pages, or page by page when it is needed:
  // hashes touch a few huge pages all at once, too.
  enum class Memory { kTouched, kUntouched };

  // A place is empty while all of its bytes are 0.
  struct Place {
    Node* node;
    // Written before the first node, and never again.
    uint32_t hash;

    Node* Load(std::memory_order order) const {
      return std::atomic_ref<Node*>(const_cast<Node*&>(node)).load(order);
    }
    void Store(Node* newest) {
      std::atomic_ref<Node*>(node).store(newest, std::memory_order_release);
    }
  };

  class Table {
   public:
    Table(size_t places, Memory memory) : mask_(places - 1), places_(New(places, memory)) {}

    size_t places() const { return mask_ + 1; }
    size_t keys_max() const { return places() / 4 * 3; }

    Node* Find(std::string_view key, uint32_t hash) const {
      for (size_t i = hash & mask_;; i = (i + 1) & mask_) {
        Node* const node = places_[i].Load(std::memory_order_acquire);
        if (node == nullptr) return nullptr;
        if (places_[i].hash == hash && node->Key() == key) return node;
      }
    }

    void Prefetch(uint32_t hash) const { __builtin_prefetch(&places_[hash & mask_]); }

    // REQUIRES: there is room, if the key is new.
    void Set(Node* node, uint32_t hash) { PlaceOf(node, hash).Store(node); }

    // The key in a place of an older table, unless it has been set here since.
    void TakeFrom(const Table& older, size_t place) {
      Node* const node = older.places_[place].Load(std::memory_order_relaxed);
      if (node == nullptr) return;
      Place& taken = PlaceOf(node, older.places_[place].hash);
      if (taken.Load(std::memory_order_relaxed) == nullptr) taken.Store(node);
    }

   private:
    struct Free {
      void operator()(Place* places) const { std::free(places); }
    };

    static Place* New(size_t count, Memory memory) {
      const size_t bytes = count * sizeof(Place);
      if (memory == Memory::kTouched) {
        return static_cast<Place*>(std::memset(AllocateInHugePages(bytes), 0, bytes));
      }
      void* const places = std::calloc(1, bytes);
      if (places == nullptr) throw std::bad_alloc();
      return static_cast<Place*>(places);
    }

    // Where the key is, or would be: then the place has its hash already.
    Place& PlaceOf(const Node* node, uint32_t hash) {
      for (size_t i = hash & mask_;; i = (i + 1) & mask_) {
        Place& place = places_[i];
        const Node* const there = place.Load(std::memory_order_relaxed);
        if (there == nullptr) place.hash = hash;
        if (there == nullptr || (place.hash == hash && there->Key() == node->Key())) return place;
      }
    }

    const size_t mask_;
    const std::unique_ptr<Place[], Free> places_;
  };

  void Use(std::unique_ptr<Table> table) {
    tables_.push_back(std::move(table));
    table_.store(tables_.back().get(), std::memory_order_release);
  }

  void Grow() {
    assert(older_.load(std::memory_order_relaxed) == nullptr && "all keys have moved");
    const Table* const full = tables_.back().get();
    auto larger = std::make_unique<Table>(2 * full->places(), Memory::kUntouched);
    // Before the larger table: whoever finds that one looks into this, too.
    older_.store(full, std::memory_order_release);
    Use(std::move(larger));
  }

  void Move() {
    const Table* const older = older_.load(std::memory_order_relaxed);
    if (older == nullptr) return;
    const size_t end = std::min(moved_ + kPlacesMovedWithEach, older->places());
    while (moved_ < end) tables_.back()->TakeFrom(*older, moved_++);
    if (end < older->places()) return;
    moved_ = 0;
    older_.store(nullptr, std::memory_order_release);
  }

  std::atomic<const Table*> table_{nullptr};
  // What keys still move from; null: nothing.
  std::atomic<const Table*> older_{nullptr};
  // The writer's, apart from what readers load. The last table is in use; a reader may still be in
  // one before, which has all that its position shows.
  alignas(64) std::vector<std::unique_ptr<Table>> tables_;
  size_t moved_ = 0;
  size_t keys_ = 0;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_LAYER_INDEX_H_
