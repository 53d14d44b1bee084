// A row store in a directory of its own, removed after the test.
#ifndef BILLING_TESTS_ROWS_ROW_STORE_FIXTURE_H_
#define BILLING_TESTS_ROWS_ROW_STORE_FIXTURE_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "projections/rows/row_store.h"

namespace billing::projections {

class RowStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "rows-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  // Writes nothing by itself before the test is over.
  RowStoreOptions Options() const {
    RowStoreOptions options;
    options.directory = root_ / "views";
    options.idle_ms = 3'600'000;
    options.block_cache_bytes = size_t{1} << 20;
    return options;
  }

  static std::unique_ptr<RowStore> Open(const RowStoreOptions& options) {
    absl::StatusOr<std::unique_ptr<RowStore>> store = RowStore::Open(options);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  // One row, published at once; the mark is "mark <position>".
  static void PutAndPublish(RowStore& store, std::string_view key,
                            std::optional<std::string_view> value, uint64_t position) {
    store.Stage(key, value, position);
    const absl::Status status = store.Publish(position, "mark " + std::to_string(position));
    ASSERT_TRUE(status.ok()) << status;
  }

  std::filesystem::path root_;
};

}  // namespace billing::projections

#endif  // BILLING_TESTS_ROWS_ROW_STORE_FIXTURE_H_
