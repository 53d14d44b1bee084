// A damaged database is an error, never a wrong answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "projections/rows/row_store.h"
#include "rocksdb/db.h"
#include "tests/rows/row_store_fixture.h"
#include "tests/rows/rows_of.h"

namespace billing::projections {
namespace {

using ::testing::Optional;

constexpr int kRows = 2'000;

std::string KeyOf(int row) { return "row " + std::to_string(100'000 + row); }

class DamagedRowStoreTest : public RowStoreTest {
 protected:
  // Long rows of noise: many blocks, hardly compressed.
  void WriteRows() {
    const auto store = Open(Options());
    uint32_t noise = 1;
    for (int row = 0; row < kRows; ++row) {
      std::string value;
      for (int i = 0; i < 500; ++i) {
        noise = noise * 1'664'525 + 1'013'904'223;
        value.push_back(static_cast<char>(noise >> 24));
      }
      store->Stage(KeyOf(row), value, 1);
    }
    ASSERT_TRUE(store->Publish(1, "mark").ok());
    ASSERT_TRUE(store->Close().ok());
  }

  std::filesystem::path FileEnding(const std::string& ending) const {
    for (const auto& entry : std::filesystem::directory_iterator(root_ / "views")) {
      if (entry.path().string().ends_with(ending)) return entry.path();
    }
    ADD_FAILURE() << "no file ends with " << ending;
    return {};
  }

  static void FlipByte(const std::filesystem::path& path, std::streamoff offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(offset);
    const char byte = static_cast<char>(file.get());
    file.seekp(offset);
    file.put(static_cast<char>(~byte));
    ASSERT_TRUE(file.good());
  }
};

TEST_F(DamagedRowStoreTest, AFlippedByteInARunIsReportedByTheReader) {
  WriteRows();
  const std::filesystem::path run = FileEnding(".sst");
  FlipByte(run, static_cast<std::streamoff>(std::filesystem::file_size(run) / 2));
  const auto store = Open(Options());
  const auto version = store->Current();

  EXPECT_NE(version->Get(KeyOf(0)), std::nullopt);
  EXPECT_TRUE(version->status().ok()) << version->status();
  for (int row = 0; row < kRows && version->status().ok(); ++row) version->Get(KeyOf(row));
  EXPECT_EQ(version->status().code(), absl::StatusCode::kDataLoss) << version->status();
}

TEST_F(DamagedRowStoreTest, AScanThatEndsEarlySaysSo) {
  WriteRows();
  const std::filesystem::path run = FileEnding(".sst");
  FlipByte(run, static_cast<std::streamoff>(std::filesystem::file_size(run) / 2));
  const auto store = Open(Options());
  // Newer rows in memory, behind the damage.
  PutAndPublish(*store, "row 2", "in memory", 2);

  for (const Order order : {Order::kAscending, Order::kDescending}) {
    PutAndPublish(*store, "row 3", "in memory", store->Current()->position() + 1);
    const auto version = store->Current();
    ASSERT_TRUE(version->status().ok());
    EXPECT_LT(RowsOf(*version, {}, order).size(), static_cast<size_t>(kRows));
    EXPECT_EQ(version->status().code(), absl::StatusCode::kDataLoss);
    // It stays, whatever is read later.
    EXPECT_THAT(version->Get("row 2"), Optional(std::string("in memory")));
    EXPECT_FALSE(version->status().ok());
  }
  const auto staged = store->Staged();
  EXPECT_TRUE(staged->status().ok());
  RowsOf(*staged);
  EXPECT_EQ(staged->status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(DamagedRowStoreTest, AFailedReadSpoilsNoOtherReader) {
  WriteRows();
  const std::filesystem::path run = FileEnding(".sst");
  FlipByte(run, static_cast<std::streamoff>(std::filesystem::file_size(run) / 2));
  const auto store = Open(Options());
  const auto version = store->Current();
  const auto staged = store->Staged();
  RowsOf(*version);
  RowsOf(*staged);
  ASSERT_FALSE(version->status().ok());
  ASSERT_FALSE(staged->status().ok());

  const auto next_version = store->Current();
  EXPECT_NE(next_version->Get(KeyOf(0)), std::nullopt);
  EXPECT_TRUE(next_version->status().ok()) << next_version->status();
  const auto next_staged = store->Staged();
  EXPECT_NE(next_staged->Get(KeyOf(0)), std::nullopt);
  EXPECT_TRUE(next_staged->status().ok()) << next_staged->status();
}

TEST_F(DamagedRowStoreTest, AMissingRunIsRefused) {
  WriteRows();
  std::filesystem::remove(FileEnding(".sst"));
  EXPECT_EQ(RowStore::Open(Options()).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(DamagedRowStoreTest, ADamagedManifestIsRefused) {
  WriteRows();
  std::filesystem::path manifest;
  for (const auto& entry : std::filesystem::directory_iterator(root_ / "views")) {
    if (entry.path().filename().string().starts_with("MANIFEST")) manifest = entry.path();
  }
  FlipByte(manifest, static_cast<std::streamoff>(std::filesystem::file_size(manifest) / 2));
  EXPECT_FALSE(RowStore::Open(Options()).ok());
}

TEST_F(DamagedRowStoreTest, AnotherKindOfDatabaseIsRefused) {
  rocksdb::Options options;
  options.create_if_missing = true;
  std::unique_ptr<rocksdb::DB> other;
  {
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, root_ / "views", &db).ok());
    other.reset(db);
  }
  ASSERT_TRUE(other->Put(rocksdb::WriteOptions(), "key", "value").ok());
  other = nullptr;
  EXPECT_EQ(RowStore::Open(Options()).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(DamagedRowStoreTest, AFailedRunStopsTheWriterAndKeepsTheRowsReadable) {
  const auto store = Open(Options());
  PutAndPublish(*store, "a", "written", 1);
  ASSERT_TRUE(store->Flush().ok());
  std::filesystem::remove_all(root_ / "views/run");
  PutAndPublish(*store, "b", "in memory", 2);
  EXPECT_FALSE(store->Flush().ok());

  EXPECT_FALSE(store->background_status().ok());
  store->Stage("c", "3", 3);
  EXPECT_EQ(store->Publish(3, "mark 3"), store->background_status());
  EXPECT_THAT(store->Current()->Get("a"), Optional(std::string("written")));
  EXPECT_THAT(store->Current()->Get("b"), Optional(std::string("in memory")));
  EXPECT_THAT(store->Current()->Get("c"), Optional(std::string("3")));
  EXPECT_EQ(store->stored_mark(), "mark 1");
  EXPECT_EQ(store->Close(), store->background_status());
}

}  // namespace
}  // namespace billing::projections
