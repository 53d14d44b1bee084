// Rows one after another in one piece of memory, and a walk over them.
#ifndef BILLING_PROJECTIONS_ROWS_PACKED_ROWS_H_
#define BILLING_PROJECTIONS_ROWS_PACKED_ROWS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "projections/rows/cursor.h"

namespace billing::projections {

// Takes rows as long as they fit.
class PackedRows {
 public:
  explicit PackedRows(size_t bytes_max) : bytes_max_(bytes_max) {}

  // The row that comes next in the order of the walk; nothing happens once one did not fit.
  void Add(std::string_view key, std::string_view value);
  // All of them; nothing when they did not fit.
  const std::optional<std::string>& bytes() const { return bytes_; }

 private:
  const size_t bytes_max_;
  std::optional<std::string> bytes_ = std::string();
};

// Rows as PackedRows gave them, which outlive it.
class PackedRowsCursor final : public Cursor {
 public:
  explicit PackedRowsCursor(std::string_view bytes) : rest_(bytes) { Next(); }

  bool Valid() const override { return valid_; }
  std::string_view Key() const override { return key_; }
  Change Row() const override { return Change{value_}; }
  void Next() override;

 private:
  std::string_view rest_;
  bool valid_ = false;
  std::string_view key_;
  std::string_view value_;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_PACKED_ROWS_H_
