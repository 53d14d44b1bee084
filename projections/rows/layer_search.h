// Finding the place of a row in a layer, in turns with others. For the layer's own sources alone.
#ifndef BILLING_PROJECTIONS_ROWS_LAYER_SEARCH_H_
#define BILLING_PROJECTIONS_ROWS_LAYER_SEARCH_H_

#include <cstddef>
#include <cstdint>

#include "projections/rows/cursor.h"
#include "projections/rows/layer.h"
#include "projections/rows/layer_node.h"

namespace billing::projections {

// A search for the last nodes before a key, in steps: each looks at one node, of which the step
// before told the processor.
struct Layer::Search {
  const ChangedRow* row = nullptr;
  uint32_t hash = 0;
  bool is_new = false;
  Before before = {};
  int level = 0;
  Node* next = nullptr;
  const Node* not_before = nullptr;

  Node*& at(int of_level) { return before[static_cast<size_t>(of_level)]; }

  void Begin(Node* head, int top) {
    before.fill(head);
    level = top;
    Await(head->Next(top));
  }
  // False: it has ended.
  bool Step() {
    if (next != nullptr && next->ComesBefore(row->key, kNewest)) {
      at(level) = next;
    } else {
      not_before = next;
      if (--level < 0) return false;
      at(level) = at(level + 1);
    }
    // What was not before the key on one level is not on those below.
    while (at(level)->Next(level) == not_before) {
      if (--level < 0) return false;
      at(level) = at(level + 1);
    }
    Await(at(level)->Next(level));
    return true;
  }
  void Await(Node* node) {
    next = node;
    __builtin_prefetch(node);
  }
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_LAYER_SEARCH_H_
