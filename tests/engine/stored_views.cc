#include "tests/engine/test_views.h"

namespace billing::server {

absl::StatusOr<std::unique_ptr<projections::Views>> OpenTestViews(const std::string& folder) {
  return projections::Views::Open({.folder = folder});
}

}  // namespace billing::server
