#include "projections/rows/cursor.h"

#include <cstddef>

namespace billing::projections {
namespace {

bool ComesBefore(std::string_view a, std::string_view b, Order order) {
  return order == Order::kAscending ? a < b : b < a;
}

// From where it stands.
absl::Status VisitRest(Cursor& cursor,
                       absl::FunctionRef<bool(std::string_view, std::string_view)> visit) {
  for (; cursor.Valid(); cursor.Next()) {
    const Change row = cursor.Row();
    if (row.value.has_value() && !visit(cursor.Key(), *row.value)) return absl::OkStatus();
  }
  return cursor.status();
}

}  // namespace

absl::Status VisitMerged(std::span<Cursor* const> cursors, Order order,
                         absl::FunctionRef<bool(std::string_view, std::string_view)> visit) {
  for (;;) {
    Cursor* next = nullptr;
    size_t valid = 0;
    for (Cursor* cursor : cursors) {
      if (!cursor->Valid()) {
        if (absl::Status status = cursor->status(); !status.ok()) return status;
        continue;
      }
      ++valid;
      if (next == nullptr || ComesBefore(cursor->Key(), next->Key(), order)) next = cursor;
    }
    if (valid == 0) return absl::OkStatus();
    if (valid == 1) return VisitRest(*next, visit);

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
