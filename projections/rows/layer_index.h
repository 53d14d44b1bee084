// The newest node of each key of a layer, by hash. For the layer's own sources alone.
#ifndef BILLING_PROJECTIONS_ROWS_LAYER_INDEX_H_
#define BILLING_PROJECTIONS_ROWS_LAYER_INDEX_H_

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/rows/layer.h"
#include "projections/rows/layer_node.h"

namespace billing::projections {

// Open addressing with linear probing. When a table is full, keys move to a larger one a few at a
// time, and its memory comes when it is needed: whoever sets a node never waits for a whole table.
// Keys never leave a table, so a search may stop at an empty place. One thread writes, any number
// read.
class Layer::Index {
 public:
  // `keys` find room at once, in memory that is there already.
  explicit Index(size_t keys) {
    Use(std::bit_ceil(std::max(kPlacesMin, keys + keys / 3 + 1)), Memory::kTouched);
  }

  Node* Find(std::string_view key, uint32_t hash) const {
    const Table* const table = table_.load(std::memory_order_acquire);
    // Loaded after the table: when there is none, all of it is in that table.
    const Table* const older = older_.load(std::memory_order_acquire);
    Node* const node = table->Find(key, hash);
    return node != nullptr || older == nullptr ? node : older->Find(key, hash);
  }

  void Prefetch(uint32_t hash) const { tables_.back()->Prefetch(hash); }

  void Set(Node* node, uint32_t hash, bool is_new_key) {
    if (is_new_key && ++keys_ > tables_.back()->keys_max()) Grow();
    Move(kMovedWithEach);
    tables_.back()->Set(node, hash);
  }

 private:
  static constexpr size_t kPlacesMin = 1'024;
  // Places whose key moves whenever a node is set. The larger table is full after 3/4 as many new
  // keys as the older one has places.
  static constexpr size_t kMovedWithEach = 4;
  static constexpr size_t kHugePageBytes = size_t{2} << 20;

  // Whether the kernel gives it at once or when it is needed.
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
      void* const places = std::calloc(count, sizeof(Place));
      if (places == nullptr) throw std::bad_alloc();
      const size_t bytes = count * sizeof(Place);
      AdviseHugePages(places, bytes);
      if (memory == Memory::kTouched) std::memset(places, 0, bytes);
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

  // Only advice: a search in a large table otherwise spends much on address translation.
  static void AdviseHugePages(void* memory, size_t bytes) {
    void* first = memory;
    size_t left = bytes;
    if (std::align(kHugePageBytes, kHugePageBytes, first, left) == nullptr) return;
    madvise(first, left / kHugePageBytes * kHugePageBytes, MADV_HUGEPAGE);
  }

  void Use(size_t places, Memory memory) {
    tables_.push_back(std::make_unique<Table>(places, memory));
    table_.store(tables_.back().get(), std::memory_order_release);
  }

  void Grow() {
    Move(SIZE_MAX);
    const Table& full = *tables_.back();
    older_.store(&full, std::memory_order_release);
    Use(2 * full.places(), Memory::kUntouched);
  }

  void Move(size_t places) {
    const Table* const older = older_.load(std::memory_order_relaxed);
    if (older == nullptr) return;
    for (; places > 0 && moved_ < older->places(); --places) {
      tables_.back()->TakeFrom(*older, moved_++);
    }
    if (moved_ < older->places()) return;
    moved_ = 0;
    older_.store(nullptr, std::memory_order_release);
  }

  // The last one is in use. A reader may still be in one before, which has all that its position
  // shows.
  std::vector<std::unique_ptr<Table>> tables_;
  std::atomic<const Table*> table_{nullptr};
  // What keys still move from; null: nothing.
  std::atomic<const Table*> older_{nullptr};
  size_t moved_ = 0;
  size_t keys_ = 0;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_LAYER_INDEX_H_
