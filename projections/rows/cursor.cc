#include "projections/rows/cursor.h"

namespace billing::projections {
namespace {

bool ComesBefore(std::string_view a, std::string_view b, Order order) {
  return order == Order::kAscending ? a < b : b < a;
}

}  // namespace

absl::Status VisitMerged(std::span<Cursor* const> cursors, Order order,
                         absl::FunctionRef<bool(std::string_view, std::string_view)> visit) {
  for (;;) {
    Cursor* next = nullptr;
    for (Cursor* cursor : cursors) {
      if (!cursor->Valid()) {
        if (absl::Status status = cursor->status(); !status.ok()) return status;
      } else if (next == nullptr || ComesBefore(cursor->Key(), next->Key(), order)) {
        next = cursor;
      }
    }
    if (next == nullptr) return absl::OkStatus();

    const std::string_view key = next->Key();
    const Change row = next->Row();
    if (row.value.has_value() && !visit(key, *row.value)) return absl::OkStatus();
    // The one that `key` points into moves last.
    for (Cursor* cursor : cursors) {
      if (cursor != next && cursor->Valid() && cursor->Key() == key) cursor->Next();
    }
    next->Next();
  }
}

}  // namespace billing::projections
