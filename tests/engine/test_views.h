// The views that the engine's tests run on: the real ones, over RocksDB, or rows in memory alone,
// for the program that links no RocksDB. Which, is a matter of linking.
#ifndef BILLING_TESTS_ENGINE_TEST_VIEWS_H_
#define BILLING_TESTS_ENGINE_TEST_VIEWS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "projections/rows/views.h"

namespace billing::server {

absl::StatusOr<std::unique_ptr<projections::Views>> OpenTestViews(
    const std::string& folder, const projections::RowStoreOptions& options);

}  // namespace billing::server

#endif  // BILLING_TESTS_ENGINE_TEST_VIEWS_H_
