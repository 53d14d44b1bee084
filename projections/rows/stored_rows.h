// The rows of a views database as they are on disk, for who looks on from outside: an
// auditor, beside a server that writes.
#ifndef BILLING_PROJECTIONS_ROWS_STORED_ROWS_H_
#define BILLING_PROJECTIONS_ROWS_STORED_ROWS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "projections/rows/cursor.h"

namespace billing::projections {

// One state of them, as of the moment it was opened. Not thread-safe.
class StoredRows {
 public:
  // Nothing in the directory is made, locked or changed.
  //   NotFound  there is no database
  //   DataLoss  damaged, or another kind of database
  static absl::StatusOr<std::unique_ptr<StoredRows>> Open(const std::string& directory);
  virtual ~StoredRows() = default;

  // How far the rows reach, and what they say of it; 0 and empty when there are none.
  virtual uint64_t position() const = 0;
  virtual const std::string& mark() const = 0;

  // Every row by key, the store's own left out. The rows outlive it. DataLoss when it comes to
  // what is damaged.
  virtual std::unique_ptr<Cursor> Rows() const = 0;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_STORED_ROWS_H_
