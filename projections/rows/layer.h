// Changed rows in memory: an ordered map with the state of each row at the end of every batch.
//
// A skip list of nodes ordered by key, and of one key by position, newest first; beside it, where
// rows are looked up often, an index by hash of the newest node of each key. Nodes are only ever
// added, and a row of a batch that has ended never changes, so readers need no lock.
#ifndef BILLING_PROJECTIONS_ROWS_LAYER_H_
#define BILLING_PROJECTIONS_ROWS_LAYER_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "projections/rows/arena.h"
#include "projections/rows/cursor.h"

namespace billing::projections {

// One thread writes. Any number read at the same time, each at the end of a batch that had ended
// before the layer was handed to it, the writer itself at any position.
class Layer {
 public:
  // What costs less: rows found through the index, or rows put that are in none. Either finds
  // the same.
  enum class Finds { kByIndex, kBySearch };

  // As many keys as it is told to expect find room in the index at once; more make it grow.
  explicit Layer(Finds finds = Finds::kByIndex, size_t keys_expected = 0);
  ~Layer();

  // --- the writer --------------------------------------------------------------

  // Changes rows; no value deletes one. Several at once wait for memory together: their places lie
  // far apart.
  // REQUIRES: no key is empty, and in `rows` each comes once, ascending; `position` is greater
  // than the last batch's end, and not less than that of any change before.
  void Put(std::span<const ChangedRow> rows, uint64_t position);
  void Put(std::string_view key, std::optional<std::string_view> value, uint64_t position) {
    const ChangedRow row{key, value};
    Put({&row, 1}, position);
  }
  // The rows put so far stay as they are: readers may read at `position` from now on, and rows
  // are put above it. An earlier position than the last one changes nothing.
  void EndBatch(uint64_t position) { batch_end_ = std::max(batch_end_, position); }
  uint64_t batch_end() const { return batch_end_; }
  // Finds by index from now on: puts the rows that there are into one.
  void BuildIndex();

  // Memory of the rows.
  size_t bytes() const { return nodes_.bytes() + values_.bytes() - empty_bytes_; }
  // Different keys.
  size_t keys() const { return keys_; }

  // --- readers -----------------------------------------------------------------

  // The newest change of the row at or below `position`; nothing when the layer has
  // none. What it points to lives as long as the layer.
  std::optional<Change> Find(std::string_view key, uint64_t position) const;

 private:
  friend class LayerCursor;
  struct Node;
  class Index;
  struct Search;
  static constexpr int kHeightMax = 12;
  // Rows have positions from 1 on: no row of a key is at or below this one.
  static constexpr uint64_t kBeforeAll = 0;
  static constexpr uint64_t kNewest = UINT64_MAX;
  // Older states of one row are passed one by one this often; then a search is cheaper.
  static constexpr int kStepsMax = 8;
  // The last nodes before a key, per level.
  using Before = std::array<Node*, kHeightMax>;

  Node* NewNode(std::string_view key, int height);
  void SetRow(Node* node, std::optional<std::string_view> value, uint64_t position);
  int RandomHeight();

  // The first node of `key` at or below `position`, or of the first key after it; null
  // at the end.
  Node* FindAtOrAfter(std::string_view key, uint64_t position) const;
  // Puts one row by search. Rows often come in the order of their keys: then the search begins
  // where the last one was.
  void PutBySearch(const ChangedRow& row, uint64_t position);
  void FindBefore(std::string_view key);
  // Puts as many as are searched for at once.
  void PutTogether(std::span<const ChangedRow> rows, uint64_t position);
  // Puts a new node of the key behind those of `before`, and moves these on to it.
  Node* Link(const ChangedRow& row, uint64_t position, Before& before);
  // The last node of the last key before `key`; null when there is none.
  Node* FindLastBefore(std::string_view key) const;
  Node* FindLast() const;
  const Node* FirstOfNextKey(const Node* node) const;

  // The node at or after a key, when it is the key's; else null.
  static Node* NodeOf(std::string_view key, Node* at_or_after);
  // The newest node of `key`; null when there is none.
  Node* FindNewest(std::string_view key) const;
  void UseIndex(std::unique_ptr<Index> index);

  // Apart, so that a search walks through less memory.
  Arena nodes_;
  Arena values_;
  Node* head_;
  // Of puts by search: what was put last, or found where it was to be put, and the last nodes up
  // to that or before it.
  Node* last_put_ = nullptr;
  Before before_;
  size_t empty_bytes_;
  // Levels in use; a reader that sees an old value only takes more steps.
  std::atomic<int> height_{1};
  uint64_t batch_end_ = 0;
  size_t keys_ = 0;
  // None: finds by search.
  std::unique_ptr<Index> owned_index_;
  // The same, for readers.
  std::atomic<const Index*> index_{nullptr};
  uint64_t random_ = 0x9E3779B97F4A7C15;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_LAYER_H_
