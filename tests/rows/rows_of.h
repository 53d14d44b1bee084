// Scans as lists, so that a test can compare them at sight.
#ifndef BILLING_TESTS_ROWS_ROWS_OF_H_
#define BILLING_TESTS_ROWS_ROWS_OF_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/keyvalue/key_value.h"

namespace billing::projections {

using Rows = std::vector<std::pair<std::string, std::string>>;

// At most `limit` rows of the range.
inline Rows RowsOf(const RowReader& reader, const KeyRange& range = {},
                   Order order = Order::kAscending, size_t limit = SIZE_MAX) {
  Rows rows;
  reader.Scan(range, order, [&](std::string_view key, std::string_view value) {
    rows.emplace_back(key, value);
    return rows.size() < limit;
  });
  return rows;
}

}  // namespace billing::projections

#endif  // BILLING_TESTS_ROWS_ROWS_OF_H_
