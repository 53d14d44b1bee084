// Runs, their border and the snapshots around them.
#include "projections/rows/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/rows/layer.h"
#include "projections/rows/run.h"
#include "projections/rows/settings.h"
#include "projections/rows/snapshot.h"
#include "tests/rows/row_store_fixture.h"

namespace billing::projections {
namespace {

using ::testing::Optional;

MATCHER_P(IsOkAndHolds, value, "") { return arg.ok() && *arg == value; }

std::optional<std::string> Find(const Snapshot& snapshot, std::string_view key) {
  std::optional<std::string> row;
  const auto found = snapshot.Look(key, [&row](std::string_view value) { row = value; });
  EXPECT_EQ(found.value(), row.has_value());
  return row;
}

class DatabaseTest : public RowStoreTest {
 protected:
  std::shared_ptr<Database> OpenDatabase() {
    absl::StatusOr<std::shared_ptr<Database>> database = Database::Open(
        Options().directory, Options().block_cache_bytes, kRunsToMergeServing, nullptr);
    EXPECT_TRUE(database.ok()) << database.status();
    return database.ok() ? *std::move(database) : nullptr;
  }

  // A run of the row a = `value`, alone.
  static void Ingest(Database& database, std::string_view value, const Border& border) {
    Layer layer;
    layer.Put("a", value, border.position);
    layer.EndBatch(border.position);
    const auto run = WriteRun(database, layer, border);
    ASSERT_TRUE(run.ok()) << run.status();
    ASSERT_TRUE(IngestRun(database, *run).ok());
  }
};

TEST_F(DatabaseTest, HasNoBorderBeforeTheFirstRun) {
  const auto database = OpenDatabase();
  ASSERT_TRUE(database->ReadBorder().ok());
  EXPECT_EQ(database->ReadBorder()->position, 0u);
  EXPECT_EQ(database->ReadBorder()->mark, "");
}

TEST_F(DatabaseTest, TheBorderIsThatOfTheLastRun) {
  const auto database = OpenDatabase();
  Ingest(*database, "1", Border{0x0102030405060708, "first"});
  Ingest(*database, "2", Border{0x0102030405060709, "second"});
  ASSERT_TRUE(database->ReadBorder().ok());
  EXPECT_EQ(database->ReadBorder()->position, 0x0102030405060709u);
  EXPECT_EQ(database->ReadBorder()->mark, "second");
}

TEST_F(DatabaseTest, TheBorderRowHasTheDocumentedBytes) {
  EXPECT_EQ(EncodeBorder(Border{0x0102030405060708, "mark"}),
            "\x01\x01\x02\x03\x04\x05\x06\x07\x08mark");
}

TEST_F(DatabaseTest, ASnapshotShowsOnlyTheRunsBeforeIt) {
  const auto database = OpenDatabase();
  const Snapshot empty(database);
  Ingest(*database, "1", Border{1, ""});
  const Snapshot one(database);
  Ingest(*database, "2", Border{2, ""});
  const Snapshot two(database);
  EXPECT_EQ(Find(empty, "a"), std::nullopt);
  EXPECT_THAT(Find(one, "a"), Optional(std::string("1")));
  EXPECT_THAT(Find(two, "a"), Optional(std::string("2")));
}

TEST_F(DatabaseTest, ARunHoldsTheRowsAtItsBorderOnly) {
  const auto database = OpenDatabase();
  Layer layer;
  layer.Put("a", "published", 1);
  layer.EndBatch(1);
  layer.Put("a", "staged", 2);
  layer.Put("b", "staged", 2);
  const auto run = WriteRun(*database, layer, Border{1, ""});
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_TRUE(IngestRun(*database, *run).ok());
  const Snapshot snapshot(database);
  EXPECT_THAT(Find(snapshot, "a"), Optional(std::string("published")));
  EXPECT_EQ(Find(snapshot, "b"), std::nullopt);
}

TEST_F(DatabaseTest, HasNoRoomForARunWhileMergingIsFarBehind) {
  const auto database = OpenDatabase();
  ASSERT_TRUE(database->PauseMerges().ok());
  auto ingest = [&, position = uint64_t{0}](int runs) mutable {
    for (; runs > 0; --runs) Ingest(*database, "1", Border{++position, ""});
  };
  // The first run has nothing below it and goes to the bottom.
  ingest(1 + 2 * kRunsToMergeServing);
  EXPECT_THAT(database->HasRoomForRun(), IsOkAndHolds(true));
  ingest(1);
  EXPECT_THAT(database->HasRoomForRun(), IsOkAndHolds(false));
  ASSERT_TRUE(database->SetRunsToMerge(kRunsToMergeBuilding).ok());
  EXPECT_EQ(database->runs_to_merge(), kRunsToMergeBuilding);
  EXPECT_THAT(database->HasRoomForRun(), IsOkAndHolds(true));
  ingest(2 * (kRunsToMergeBuilding - kRunsToMergeServing));
  EXPECT_THAT(database->HasRoomForRun(), IsOkAndHolds(false));
  ASSERT_TRUE(database->ContinueMerges().ok());
}

TEST_F(DatabaseTest, KeepsTheChecksumOfEachRunsFile) {
  const auto database = OpenDatabase();
  Ingest(*database, "1", Border{1, ""});
  std::vector<rocksdb::LiveFileMetaData> files;
  database->db().GetLiveFilesMetaData(&files);
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files.front().file_checksum_func_name, "FileChecksumCrc32c");
  EXPECT_TRUE(database->db().VerifyFileChecksums(rocksdb::ReadOptions()).ok());
}

}  // namespace
}  // namespace billing::projections
