#include "tests/engine/test_views.h"

namespace billing::server {

absl::StatusOr<std::unique_ptr<projections::Views>> OpenTestViews(
    const std::string& folder, const projections::RowStoreOptions& options) {
  return projections::Views::Open({.folder = folder, .store = options});
}

}  // namespace billing::server
