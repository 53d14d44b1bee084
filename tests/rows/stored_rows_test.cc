// Looking at a views database from outside, beside the server that writes it.
#include "projections/rows/stored_rows.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>

#include "tests/rows/row_store_fixture.h"
#include "tests/rows/rows_of.h"

namespace billing::projections {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class StoredRowsTest : public RowStoreTest {
 protected:
  std::string path() const { return Options().directory; }
  std::unique_ptr<StoredRows> OpenStored() const {
    auto rows = StoredRows::Open(path());
    EXPECT_TRUE(rows.ok()) << rows.status();
    return rows.ok() ? *std::move(rows) : nullptr;
  }
  static Rows AllOf(const StoredRows& stored) {
    Rows rows;
    const std::unique_ptr<Cursor> cursor = stored.Rows();
    for (; cursor->Valid(); cursor->Next()) {
      rows.emplace_back(cursor->Key(), cursor->Row().value.value_or("deleted"));
    }
    EXPECT_TRUE(cursor->status().ok()) << cursor->status();
    return rows;
  }
  // Names and contents of all files. The lock file is left alone: a process that closes it
  // gives its lock up.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
      if (!entry.is_regular_file()) continue;
      const std::string name = entry.path().filename();
      std::ifstream file(entry.path(), std::ios::binary);
      files[name] = name == "LOCK" ? ""
                                   : std::string(std::istreambuf_iterator<char>(file),
                                                 std::istreambuf_iterator<char>());
    }
    return files;
  }
};

TEST_F(StoredRowsTest, AreThoseOnDiskWithTheirPositionAndMark) {
  const auto store = Open(Options());
  PutAndPublish(*store, "a", "1", 1);
  PutAndPublish(*store, "b", "2", 2);
  ASSERT_TRUE(store->Flush().ok());
  PutAndPublish(*store, "c", "only in memory", 3);
  const auto before = Files();
  const auto stored = OpenStored();
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(stored->position(), 2u);
  EXPECT_EQ(stored->mark(), "mark 2");
  EXPECT_THAT(AllOf(*stored), ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_EQ(Files(), before);
}

TEST_F(StoredRowsTest, StayAtOneStateWhileTheServerWritesRunAfterRun) {
  const auto store = Open(Options());
  PutAndPublish(*store, "a", "old", 1);
  PutAndPublish(*store, "b", "old", 2);
  ASSERT_TRUE(store->Flush().ok());
  const auto stored = OpenStored();
  ASSERT_NE(stored, nullptr);
  // More runs than level 0 holds: they are merged, and the files of the first ones go.
  for (uint64_t position = 3; position < 20; ++position) {
    PutAndPublish(*store, "a", "new " + std::to_string(position), position);
    ASSERT_TRUE(store->Flush().ok());
  }
  PutAndPublish(*store, "b", std::nullopt, 20);
  ASSERT_TRUE(store->Flush().ok());

  EXPECT_EQ(stored->position(), 2u);
  EXPECT_THAT(AllOf(*stored), ElementsAre(Pair("a", "old"), Pair("b", "old")));
  const auto newer = OpenStored();
  ASSERT_NE(newer, nullptr);
  EXPECT_EQ(newer->position(), 20u);
  EXPECT_THAT(AllOf(*newer), ElementsAre(Pair("a", "new 19")));
}

TEST_F(StoredRowsTest, OfADatabaseThatHoldsNothingYetReachNowhere) {
  const auto store = Open(Options());
  const auto stored = OpenStored();
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(stored->position(), 0u);
  EXPECT_EQ(stored->mark(), "");
  EXPECT_TRUE(AllOf(*stored).empty());
}

TEST_F(StoredRowsTest, AreNotMadeWhereThereAreNone) {
  EXPECT_TRUE(absl::IsNotFound(StoredRows::Open(path()).status()));
  EXPECT_FALSE(std::filesystem::exists(path()));
  std::filesystem::create_directory(path());
  EXPECT_TRUE(absl::IsNotFound(StoredRows::Open(path()).status()));
  EXPECT_TRUE(std::filesystem::is_empty(path()));
}

TEST_F(StoredRowsTest, DamageIsNamedWhenItIsRead) {
  {
    const auto store = Open(Options());
    // What cannot be compressed: more than one block.
    std::mt19937_64 random(1);
    for (uint64_t i = 1; i <= 2'000; ++i) {
      PutAndPublish(*store, "row " + std::to_string(i), std::to_string(random()), i);
    }
    ASSERT_TRUE(store->Close().ok());
  }
  for (const auto& entry : std::filesystem::directory_iterator(path())) {
    if (entry.path().extension() != ".sst") continue;
    ASSERT_GT(entry.file_size(), 10'000u);
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    // Behind the first block, which holds how far the rows reach.
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 3));
    file << "damaged";
  }
  const auto stored = StoredRows::Open(path());
  absl::Status read = stored.status();
  if (stored.ok()) {
    const std::unique_ptr<Cursor> cursor = (*stored)->Rows();
    while (cursor->Valid()) cursor->Next();
    read = cursor->status();
  }
  EXPECT_TRUE(absl::IsDataLoss(read)) << read;
}

}  // namespace
}  // namespace billing::projections
