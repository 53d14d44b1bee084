// Writing a layer's rows to the views database in one piece.
#ifndef BILLING_PROJECTIONS_ROWS_RUN_H_
#define BILLING_PROJECTIONS_ROWS_RUN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/rows/database.h"
#include "projections/rows/layer.h"

namespace billing::projections {

// A run that was written, and is not yet in the database.
struct Run {
  // Of its file, as it was written; and the name of the function.
  std::string checksum;
  std::string checksum_function;
};

// Writes the rows of the layer at `border` to a sorted file of their own.
absl::StatusOr<Run> WriteRun(const Database& database, const Layer& layer, const Border& border);

// Moves the file that WriteRun wrote into the database: snapshots taken from now on show
// all of it, earlier ones nothing.
absl::Status IngestRun(Database& database, const Run& run);

}  // namespace billing::projections

#endif  // BILLING_PROJECTIONS_ROWS_RUN_H_
