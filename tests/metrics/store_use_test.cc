#include "server/metrics/store_use.h"

#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"
#include "tests/eventstore/temporary_directory.h"

namespace billing::server {
namespace {

constexpr uint64_t kFileBytes = 64 * 1'024;

void Write(const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << std::string(kFileBytes, 'x');
}

TEST(StoreUse, IsOfEachStoreAllItsFilesAndAllViewsDatabases) {
  const eventstore::TemporaryDirectory data;
  const std::filesystem::path path = data.path();
  Write(path / "log" / "000001.sst");
  Write(path / "log" / "000002.log");
  Write(path / "keys" / "data.keys");
  Write(path / "views" / "000001.sst");
  Write(path / "views-2" / "000001.sst");
  Write(path / "views-2" / "000002.sst");
  const StoreUse use = ReadStoreUse(path);
  // How much a file takes, the file system says.
  EXPECT_GT(use.keys_bytes, 0u);
  EXPECT_EQ(use.log_bytes, 2 * use.keys_bytes);
  EXPECT_EQ(use.views_bytes, 3 * use.keys_bytes);
  EXPECT_GT(use.free_bytes, 0u);
}

TEST(StoreUse, IsNothingWhereThereIsNothing) {
  const StoreUse use = ReadStoreUse("/nonexistent");
  EXPECT_EQ(use.log_bytes + use.views_bytes + use.keys_bytes + use.free_bytes, 0u);
}

}  // namespace
}  // namespace billing::server
