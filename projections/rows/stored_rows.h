// The rows of a views database as they are on disk, for who looks on from outside: an
// auditor, beside a server that writes.
#ifndef BILLING_PROJECTIONS_ROWS_STORED_ROWS_H_
#define BILLING_PROJECTIONS_ROWS_STORED_ROWS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

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

  // Visits every row by key until `visit` returns false; the store's own row is left out.
  // What `visit` is given lives until it returns.
  virtual absl::Status Visit(
      absl::FunctionRef<bool(std::string_view key, std::string_view value)> visit) const = 0;
};

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_STORED_ROWS_H_
