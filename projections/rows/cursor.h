// A walk over the rows of one source, and the merge of several.
#ifndef BILLING_PROJECTIONS_ROWS_CURSOR_H_
#define BILLING_PROJECTIONS_ROWS_CURSOR_H_

#include <optional>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "projections/keyvalue/key_value.h"

namespace billing::projections {

// What a source says about one row.
struct Change {
  // Nothing: the row is deleted, whatever older sources say.
  std::optional<std::string_view> value;
};

// A row that changes, and what it becomes.
struct ChangedRow {
  std::string_view key;
  std::optional<std::string_view> value;
};

// Stands on one row of a range, from the range's first in its order on; each key comes
// once. Not thread-safe.
class Cursor {
 public:
  virtual ~Cursor() = default;

  // False past the last row, and after a failure: see status().
  virtual bool Valid() const = 0;
  // What these give lives until Next. REQUIRES: Valid().
  virtual std::string_view Key() const = 0;
  virtual Change Row() const = 0;
  virtual void Next() = 0;

  virtual absl::Status status() const { return absl::OkStatus(); }
};

// Visits the rows of all cursors in order until `visit` returns false. Where several
// know a key, the first of them counts. Stops at a cursor that failed; returns its
// status. REQUIRES: all cursors walk the same range in `order`.
absl::Status VisitMerged(std::span<Cursor* const> cursors, Order order,
                         absl::FunctionRef<bool(std::string_view, std::string_view)> visit);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_CURSOR_H_
